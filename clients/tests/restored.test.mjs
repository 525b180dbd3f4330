// The server goes back to a backup: what it had acknowledged since comes home from the phones that kept it.
import test from 'node:test';
import assert from 'node:assert/strict';
import { uuidv7 } from '../dist/index.js';
import { stage } from './support/stage.mjs';
import { until } from './support/until.mjs';

const here = stage();
const ALL = ['party', 'ticket', 'ticketEvent', 'syncIssue'];
const newTicket = (more = {}) => ({ id: uuidv7(), communityId: here.community.id, summary: '水管漏水', ...more });
const note = (ticketId, text) => ({ id: uuidv7(), ticketId, kind: 'noted', note: text, witnessed: true });

const start = (t, kind, account, options) => here.phone(t, kind, account, { collections: ALL, ...options });

/** Until all that was written is at the server. */
async function sent(phone) {
  if (phone.kind === 'watermelon') {
    await phone.inSync();
  } else {
    await phone.call('inSync');
  }
}

/** The backup knows nothing of the tokens that were exchanged since: a person types the password again. */
async function comesBack(phone) {
  phone.online();
  await phone.call('signInAgain');
  await sent(phone);
}

/** Whether of these nothing was taken from the phone, even for a moment. */
async function lostNothing(phone, ...ids) {
  const { removed } = await phone.stats();
  assert.deepEqual(ids.filter((id) => removed.includes(id)), [], 'removed from the phone');
}

test('rxdb: of many rows that were written offline each arrives, though their batches are sent at once and the server went back meanwhile', async (t) => {
  const phone = await start(t, 'rxdb', 'assistant');
  await here.server.backUp();
  const kept = newTicket({ summary: '备份之后开的' });
  await phone.insert('ticket', kept);
  await sent(phone);
  phone.offline();
  const rows = Array.from({ length: 50 }, (_, number) => newTicket({ summary: `离线 ${number}` }));
  // One of the first batch fits into no push: while it is handed over the others are under way.
  rows[3].description = '长'.repeat(40_000);
  for (const row of rows) {
    await phone.insert('ticket', row);
  }
  await here.server.restore();
  await here.desk.signInAgain();
  await comesBack(phone);
  const fits = [kept, ...rows.filter(({ description }) => !description)];
  await until(async () => {
    const listed = await here.desk.rows('ticket');
    return fits.every(({ id }) => listed.has(id));
  }, 'each ticket at the desk');
});

for (const kind of ['rxdb', 'watermelon']) {
  test(`${kind}: all that was acknowledged since the backup is on the server again, and nothing of it twice`, async (t) => {
    const old = await here.desk.open({ summary: '备份之前' });
    const phone = await start(t, kind, 'assistant');
    const early = newTicket({ summary: '备份之前开的' });
    await phone.insert('ticket', early);
    await phone.patch('ticket', old, { convenientTime: '上午' });
    await sent(phone);
    // The desk has changed it since: what the backup still has must not be done once more.
    await here.desk.edit(old, { convenientTime: '下午' });
    await here.server.backUp();

    const row = newTicket({ summary: '备份之后开的', witnessed: true });
    await phone.insert('ticket', row);
    await sent(phone);
    const event = note(row.id, '已联系业主');
    await phone.insert('ticketEvent', event);
    for (const description of ['一', '二', '一']) {
      await phone.patch('ticket', row.id, { description });
      await sent(phone);
    }
    await phone.patch('ticket', old, { description: '备份之后写的' });
    await sent(phone);
    const other = await start(t, kind, 'assistant_b');
    await other.sees('ticket', row.id, { description: '一' });
    phone.offline();
    other.offline();
    // Not sent when the server goes back: it comes after what was acknowledged.
    await phone.patch('ticket', row.id, { description: '离线写的' });
    const kept = await phone.call('kept');
    assert.ok(kept >= 7, `${kept}`);

    await here.server.restore();
    await here.desk.signInAgain();
    assert.equal(await here.desk.ticket(row.id), undefined);
    await comesBack(phone);
    const ticket = await until(async () => {
      const ticket = await here.desk.ticket(row.id);
      return ticket?.description === '离线写的' && ticket;
    }, 'the ticket at the desk');
    assert.equal(ticket.summary, '备份之后开的');
    const events = await here.desk.events(row.id);
    assert.deepEqual(events.map(({ kind }) => kind).sort(), ['edited', 'edited', 'edited', 'edited', 'noted', 'opened']);
    assert.equal(events.find(({ kind }) => kind === 'noted').id, event.id);
    const { description, convenientTime } = await here.desk.ticket(old);
    assert.deepEqual([description, convenientTime], ['备份之后写的', '下午']);
    assert.equal((await here.desk.events(early.id)).length, 1);
    for (const id of [old, early.id, row.id]) {
      assert.deepEqual(await here.desk.issues(id), []);
    }
    await phone.sees('ticketEvent', event.id, { note: '已联系业主' });
    await phone.equals(here.desk, ...ALL);
    await lostNothing(phone, old, early.id, row.id, event.id);

    await comesBack(other);
    await other.sees('ticket', row.id, { description: '离线写的' });
    await other.sees('ticketEvent', event.id, { note: '已联系业主' });
    await other.equals(here.desk, ...ALL);
  });

  test(`${kind}: who comes back first keeps what another phone gives back later, with the work on it`, async (t) => {
    const of = { rxdb: 'watermelon', watermelon: 'rxdb' };
    const [first, second] = [await start(t, kind, 'assistant_b'), await start(t, of[kind], 'assistant')];
    await here.server.backUp();
    const row = newTicket({ summary: '甲开的' });
    await second.insert('ticket', row);
    await sent(second);
    if (kind === 'watermelon') {
      await first.inSync();
    }
    await first.sees('ticket', row.id, { summary: '甲开的' });
    const event = note(row.id, '乙看过');
    await first.patch('ticket', row.id, { description: '乙的说明' });
    await first.insert('ticketEvent', event);
    await sent(first);
    await until(async () => (await here.desk.ticket(row.id)).description === '乙的说明', 'the edit at the desk');
    first.offline();
    second.offline();

    await here.server.restore();
    await here.desk.signInAgain();
    await comesBack(first);
    const { mySync } = await (await here.signIn('assistant_b')).query('{ mySync { openIssues } }');
    assert.equal(mySync.openIssues, 0, 'it waits');
    await first.sees('ticket', row.id, { summary: '甲开的', description: '乙的说明' });
    await comesBack(second);
    await until(async () => (await here.desk.ticket(row.id))?.summary === '甲开的', 'the ticket at the desk');
    // What waits is tried again with whatever its phone pulls.
    await (kind === 'rxdb' ? first.call('resync') : first.inSync());
    await until(async () => (await here.desk.ticket(row.id)).description === '乙的说明', 'the edit at the desk');
    assert.ok((await here.desk.events(row.id)).some(({ id }) => id === event.id));
    assert.deepEqual(await here.desk.issues(row.id), []);
    await lostNothing(first, row.id, event.id);
    if (kind === 'rxdb') {
      await second.inSync();
    }
    for (const phone of [first, second]) {
      await phone.equals(here.desk, ...ALL);
    }
  });

  test(`${kind}: what a backup has is forgotten`, async (t) => {
    const phone = await start(t, kind, 'assistant');
    await phone.insert('ticket', newTicket());
    await sent(phone);
    assert.equal(await phone.call('kept'), 1);
    const path = kind === 'rxdb' ? 'PullTicket' : '/sync/pull';
    const { answer } = phone.proxy.operations(path).findLast(({ answer, dropped }) => answer && !dropped);
    const page = answer.data?.pullTicket ?? answer;
    assert.ok(Date.parse(page.forgetBefore) < Date.now() - 6 * 86_400_000);
    page.forgetBefore = '2999-01-01T00:00:00Z';
    Object.assign(page, kind === 'rxdb' ? { documents: [] } : { changes: {} });
    const refuse = { status: 200, body: JSON.stringify(answer), headers: { 'content-type': 'application/json' } };
    phone.proxy.next(path, { refuse });
    await (kind === 'rxdb' ? phone.call('resync') : phone.sync());
    await until(async () => (await phone.call('kept')) === 0, 'nothing to be kept');
  });
}
