// People at work while everything goes wrong; `scripts/soak` starts it.
//
//   node soak.mjs PROGRAM MINUTES sqlite DISK
//   node soak.mjs PROGRAM MINUTES postgres FOLDER PG_CTL DATA
import { spawn, spawnSync } from 'node:child_process';
import { createWriteStream, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const [program, minutes, kind, folder, pgCtl, data] = process.argv.slice(2);
const end = Date.now() + Number(minutes) * 60_000;
const port = 20_000 + Math.floor(Math.random() * 10_000);
const url = `http://127.0.0.1:${port}`;
const PASSWORD = 'xunfang-demo';
const log = join('/tmp', `xunfang-soak-${kind}.log`);

// The server and its database

const asPostgres = (...command) =>
  process.getuid() === 0 ? ['runuser', '-u', 'postgres', '--', ...command] : command;
const postgres = (...words) => {
  const options = `-c listen_addresses=127.0.0.1 -p ${port + 1} -k ${data} -c max_connections=200`;
  const [first, ...rest] = asPostgres(pgCtl, '-D', data, '-l', join(data, 'log'), '-w', '-o', options, ...words);
  spawnSync(first, rest, { cwd: '/', stdio: 'ignore' });
};
let server;
function start() {
  const env = { ...process.env, XUNFANG_LISTEN: `127.0.0.1:${port}` };
  if (kind === 'postgres') env.XUNFANG_DATABASE_URL = `postgres://postgres@127.0.0.1:${port + 1}/postgres`;
  server = spawn(program, ['serve', '--demo', 'small'], { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] });
  server.stderr.pipe(createWriteStream(log, { flags: 'a' }));
}
const memory = () => Number(readFileSync(`/proc/${server.pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)[1]) / 1024;
async function ready() {
  for (let tries = 0; tries < 600; tries += 1) {
    const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(5000) }).catch(() => undefined);
    if (answer?.status === 200) return;
    await sleep(200);
  }
  throw new Error('the server does not become ready');
}

// People at work

const counts = {};
const count = (what) => (counts[what] = (counts[what] ?? 0) + 1);
const waits = { push: [], board: [] };
async function ask(query, variables, token) {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  const body = JSON.stringify({ query, variables });
  const answer = await fetch(`${url}/graphql`, { method: 'POST', headers, body, signal: AbortSignal.timeout(60_000) });
  const { data, errors } = await answer.json();
  if (errors) throw Object.assign(new Error(errors[0].extensions.code), { wait: errors[0].extensions.retryAfterMs });
  return data;
}
/** Asks again until there is an answer, as a phone does. */
async function insist(what, ...request) {
  for (;;) {
    try {
      const from = performance.now();
      const answer = await ask(...request);
      waits[what]?.push(performance.now() - from);
      return answer;
    } catch (error) {
      count(`${what}: ${error.name === 'Error' ? error.message : error.cause?.code ?? error.name}`);
      await sleep(Math.min(error.wait ?? 500, 2000));
    }
  }
}
async function signIn(account, device) {
  const query = `mutation ($i: SignInInput!) { signIn(input: $i) { accessToken } }`;
  const input = { account, password: PASSWORD, device: { id: device, name: 'soak' } };
  return (await insist('sign in', query, { i: input })).signIn.accessToken;
}
const PUSH = 'mutation ($m: [JSON!]!) { syncPush(mutations: $m) { results { outcome code } } }';
const acknowledged = [];
async function works(person, community) {
  const token = await signIn('assistant', `soak-${person}`);
  while (Date.now() < end) {
    const recordId = crypto.randomUUID();
    const payload = { communityId: community, summary: `压力测试 ${person}`, description: '水'.repeat(500) };
    const mutation = { mutationId: crypto.randomUUID(), kind: 'ticket.open', recordId, payload };
    const { syncPush } = await insist('push', PUSH, { m: [mutation] }, token);
    const [{ outcome, code }] = syncPush.results;
    count(`outcome ${outcome}${code ? ` ${code}` : ''}`);
    if (outcome === 'APPLIED' || outcome === 'MERGED') acknowledged.push(recordId);
    await sleep(50);
  }
}
async function looks(community) {
  const token = await signIn('supervisor', 'soak-desk');
  while (Date.now() < end) {
    await insist('board', '{ tickets(first: 20) { nodes { id state summary } } }', { community }, token);
    await sleep(100);
  }
}
async function everything() {
  const token = await signIn('assistant', `soak-check-${Date.now()}`);
  const seen = new Set();
  for (let cursor = null, more = true; more; ) {
    const query = `query ($c: String) { syncPull(cursor: $c, collections: ["ticket"], limit: 1000) { changes { id } cursor hasMore } }`;
    const { syncPull } = await insist('pull', query, { c: cursor }, token);
    syncPull.changes.forEach(({ id }) => seen.add(id));
    ({ cursor, hasMore: more } = syncPull);
  }
  return acknowledged.filter((id) => !seen.has(id));
}

// What goes wrong

/** Sends a header or a body a byte at a time, or asks for much and reads nothing. */
function drip(token, number) {
  const socket = net.connect({ host: '127.0.0.1', port, localAddress: `127.0.0.${2 + (number % 200)}` });
  const head = `POST /sync/push HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\n`;
  const text = number % 2 ? `${head}Content-Length: 100000\r\n\r\n{"changes"` : head;
  socket.write(number % 2 ? text : text.slice(0, 20));
  const timer = setInterval(() => socket.write(' '), 2000);
  const close = () => { clearInterval(timer); socket.destroy(); };
  socket.on('error', close).on('close', () => {
    close();
    if (Date.now() < end) setTimeout(() => drip(token, number), 500);
  });
  setTimeout(close, Math.max(0, end - Date.now()));
}
const bomb = (levels) =>
  `query { ...A0 } ${Array.from({ length: levels }, (_, n) => `fragment A${n} on Query { ...A${n + 1} ...A${n + 1} }`).join(' ')} fragment A${levels} on Query { __typename }`;
const HOSTILE = [
  () => bomb(30),
  () => `query(${'$v:Int '.repeat(100_000)}) { __typename }`,
  () => `{ ${Array.from({ length: 1500 }, (_, n) => `a${n}: parties(communityId: "01939f3c-0000-7000-8000-000000000001") { nodes { id } }`).join(' ')} }`,
  () => `{ ${'a'.repeat(1_000_000)} }`,
  () => `${'{a'.repeat(5000)}`,
];
async function attacks() {
  for (let turn = 0; Date.now() < end; turn += 1) {
    const query = HOSTILE[turn % HOSTILE.length]();
    const answer = await fetch(`${url}/graphql`, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }), signal: AbortSignal.timeout(40_000),
    }).catch((error) => ({ status: error.name }));
    count(`hostile ${turn % HOSTILE.length}: ${answer.status}`);
    await answer.text?.().catch(() => undefined);
    await sleep(200);
  }
}
async function fails() {
  while (Date.now() + 20_000 < end) {
    await sleep(15_000);
    if (kind === 'postgres') {
      postgres('restart', '-m', 'immediate');
    } else {
      const ballast = join(folder, 'ballast');
      const { bavail, bsize } = statfsSync(folder);
      try {
        writeFileSync(ballast, Buffer.alloc(bavail * bsize));
      } catch {
        // As full as it gets.
      }
      await sleep(5000);
      rmSync(ballast, { force: true });
    }
    count('failures of the database');
    memories.push(memory());
  }
}

if (kind === 'postgres') postgres('start');
start();
await ready();
const memories = [memory()];
const token = await signIn('assistant', 'soak-slow');
const { communities } = await insist('first', '{ communities { id } }', {}, token);
const community = communities[0].id;
for (let number = 0; number < 300; number += 1) drip(token, number);
const people = Array.from({ length: 8 }, (_, person) => works(person, community));
await Promise.all([...people, looks(community), attacks(), fails()]);
await ready();
memories.push(memory());
const missing = await everything();
server.kill('SIGKILL');
await sleep(1000);
start();
await ready();
const gone = await everything();
server.kill('SIGTERM');
if (kind === 'postgres') postgres('stop', '-m', 'fast');

const quantile = (all, part) => [...all].sort((a, b) => a - b)[Math.floor(all.length * part)]?.toFixed(0);
console.log(`\n${kind}, ${minutes} minutes`);
console.log(`acknowledged ${acknowledged.length}, missing ${missing.length}, missing after a kill ${gone.length}`);
for (const [what, all] of Object.entries(waits)) {
  console.log(`${what}: ${all.length} answers, p50 ${quantile(all, 0.5)} ms, p99 ${quantile(all, 0.99)} ms`);
}
console.log(`memory in MiB: ${memories.map((mib) => mib.toFixed(0)).join(' ')}`);
for (const [what, times] of Object.entries(counts).sort()) console.log(`${String(times).padStart(8)}  ${what}`);
process.exit(missing.length + gone.length > 0 || acknowledged.length === 0 ? 1 : 0);
