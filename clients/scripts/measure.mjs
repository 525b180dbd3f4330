// What sync costs over HTTP, by face: rows per second and peak memory of the server for a first sync,
// and the time of a pull of 20 changes and of a push of 50 edits.
//
//   XUNFANG_BIN=../target/release/xunfang node scripts/measure.mjs [tickets]
import { readFileSync, writeFileSync } from 'node:fs';
import { Session, tables, uuidv7 } from '../dist/index.js';
import { Native, device } from '../tests/support/native.mjs';
import { PASSWORD, Server } from '../tests/support/server.mjs';

const TICKETS = Number(process.argv[2] ?? 20_000);
const MEASURED = ['party', 'ticket', 'ticketEvent', 'syncIssue'];
const faces = JSON.parse(readFileSync(new URL('../rows.json', import.meta.url), 'utf8'));

const server = await Server.start();
const desk = await Native.signIn(server, 'supervisor');
const communityId = (await desk.community()).id;
const tickets = Array.from({ length: TICKETS }, () => uuidv7());
for (let at = 0; at < TICKETS; at += 500) {
  const payload = { communityId, summary: '厨房水管漏水', description: '住户称水从吊顶滴下，已放盆接水。' };
  await desk.push(...tickets.slice(at, at + 500).map((recordId) => ({ kind: 'ticket.open', recordId, payload })));
}

/** Of the server, in MiB, since the last call of `forget`. */
const peak = () => Number(readFileSync(`/proc/${server.pid}/status`, 'utf8').match(/VmHWM:\s+(\d+)/)[1]) / 1024;
const forget = () => writeFileSync(`/proc/${server.pid}/clear_refs`, '5');
const ms = (from) => performance.now() - from;
const median = (all) => all.sort((a, b) => a - b)[Math.floor(all.length / 2)];

async function session(account = 'supervisor') {
  const session = new Session({ url: server.url, deviceId: device(account) });
  await session.signIn(account, PASSWORD);
  return session;
}

async function native(session, cursor) {
  let rows = 0;
  for (;;) {
    const query = `query ($cursor: String) { syncPull(cursor: $cursor, limit: 1000, collections: ["party", "ticket", "ticket_event", "sync_issue"]) {
      changes { collection id seq document } removals { id } cursor hasMore } }`;
    const { syncPull } = await session.query(query, { cursor });
    rows += syncPull.changes.length;
    cursor = syncPull.cursor;
    if (!syncPull.hasMore) return { rows, at: cursor };
  }
}

async function rxdb(session, checkpoints = {}) {
  let rows = 0;
  for (const { collection, columns } of faces.filter(({ collection }) => MEASURED.includes(collection))) {
    const upper = collection[0].toUpperCase() + collection.slice(1);
    const names = columns.map(({ name }) => name).join(' ');
    const query = `query ($checkpoint: ${upper}InputCheckpoint, $limit: Int!) { page: pull${upper}(checkpoint: $checkpoint, limit: $limit) {
      documents { id deleted seq ${names} } checkpoint { cursor epoch } } }`;
    for (;;) {
      const { page } = await session.query(query, { checkpoint: checkpoints[collection], limit: 1000 });
      rows += page.documents.length;
      checkpoints[collection] = page.checkpoint;
      if (page.documents.length < 1000) break;
    }
  }
  return { rows, at: checkpoints };
}

async function watermelon(session, lastPulledAt = null) {
  const body = JSON.stringify({ lastPulledAt, schemaVersion: 1, migration: null, tables: MEASURED.map((name) => tables[name]), dirtyIds: {} });
  const headers = { 'content-type': 'application/json' };
  const answer = await session.fetch(`${server.url}/sync/pull`, { method: 'POST', headers, body });
  const { changes, timestamp } = await answer.json();
  const rows = Object.values(changes).reduce((sum, { updated }) => sum + updated.length, 0);
  return { rows, at: timestamp };
}

const pulls = { native, rxdb, watermelon };
const at = {};
for (const [face, pull] of Object.entries(pulls)) {
  const phone = await session();
  forget();
  const before = peak();
  const from = performance.now();
  const first = await pull(phone);
  const seconds = ms(from) / 1000;
  at[face] = { phone, at: first.at };
  const rate = Math.round(first.rows / seconds);
  console.log(`first sync, ${face}: ${first.rows} rows in ${seconds.toFixed(2)} s, ${rate} rows/s, peak ${peak().toFixed(0)} MiB (${before.toFixed(0)} before)`);
}
for (const [face, pull] of Object.entries(pulls)) {
  const times = [];
  for (let round = 0; round < 20; round += 1) {
    const edited = tickets.slice(round * 20, round * 20 + 20);
    await desk.push(...edited.map((recordId) => ({ kind: 'ticket.edit', recordId, payload: { convenientTime: `${face} ${round}` } })));
    const from = performance.now();
    const given = await pull(at[face].phone, at[face].at);
    times.push(ms(from));
    at[face].at = given.at;
  }
  console.log(`pull of 20 changes (and their 20 events), ${face}: median ${median(times).toFixed(1)} ms`);
}

const base = { convenientTime: '' };
const pushes = {
  native: (phone, ids, value) => {
    const mutations = ids.map((recordId) => ({ mutationId: uuidv7(), kind: 'ticket.edit', recordId, payload: { convenientTime: value } }));
    return phone.query('mutation ($mutations: [JSON]!) { syncPush(mutations: $mutations) { results { outcome } } }', { mutations });
  },
  rxdb: (phone, ids, value) => {
    const rows = ids.map((id) => ({ assumedMasterState: { id, ...base }, newDocumentState: { id, convenientTime: value } }));
    return phone.query('mutation ($rows: [TicketInputPushRow!]) { pushTicket(ticketPushRow: $rows) { id } }', { rows });
  },
  watermelon: (phone, ids, value) => {
    const updated = ids.map((id) => ({ id, community_id: communityId, convenient_time: value, _status: 'updated', _changed: 'convenient_time' }));
    const body = JSON.stringify({ changes: { tickets: { created: [], updated, deleted: [] } }, lastPulledAt: at.watermelon.at });
    return phone.fetch(`${server.url}/sync/push`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  },
};
for (const [number, [face, push]] of Object.entries(pushes).entries()) {
  const times = [];
  for (let round = 0; round < 20; round += 1) {
    const from = 1000 + number * 1000 + round * 50;
    const started = performance.now();
    await push(at[face].phone, tickets.slice(from, from + 50), `下午${round}点`);
    times.push(ms(started));
  }
  console.log(`push of 50 edits, ${face}: median ${median(times).toFixed(1)} ms`);
}
await server.close();
