// Phones with different libraries on the same tickets: two with RxDB, one with WatermelonDB. In the end
// each holds what a native first sync of its account gives, and whatever lost is in a sync issue.
import test from 'node:test';
import assert from 'node:assert/strict';
import { uuidv7 } from '../dist/index.js';
import { stage } from './support/stage.mjs';
import { until } from './support/until.mjs';

const here = stage();
const ALL = ['party', 'ticket', 'ticketEvent', 'syncIssue'];
const newTicket = (more = {}) => ({ id: uuidv7(), communityId: here.community.id, summary: '水管漏水', ...more });
const step = (ticketId, toState) => ({ id: uuidv7(), ticketId, kind: 'advanced', toState, note: '到场', witnessed: true });

/** Two phones with RxDB and one with WatermelonDB. */
async function three(t, accounts, mode = 'helper') {
  const [first, second, third] = accounts;
  return Promise.all([
    here.rxdb(t, first, { collections: ALL }),
    here.rxdb(t, second, { collections: ALL }),
    here.watermelon(t, third, { mode }),
  ]);
}

/** All hold what a first sync of their account holds. */
async function agree(...phones) {
  for (const phone of phones.filter(({ kind }) => kind === 'watermelon')) {
    await phone.inSync();
  }
  for (const phone of phones) {
    await phone.equals(await here.signIn(phone.account), ...ALL);
  }
}

async function lostValues(id) {
  const issues = await here.desk.issues(id);
  return issues.map(({ field, lostValue }) => `${field} ${lostValue}`).sort();
}

for (const mode of ['helper', 'plain']) {
  test(`offline edits of different fields are all kept (${mode})`, async (t) => {
    const id = await here.desk.open({ summary: '原来', description: '原来', convenientTime: '原来' });
    const phones = await three(t, ['assistant', 'assistant_b', 'supervisor'], mode);
    const [one, other, third] = phones;
    one.offline();
    other.offline();
    await one.patch('ticket', id, { summary: '甲' });
    await other.patch('ticket', id, { description: '乙' });
    await third.patch('ticket', id, { convenientTime: '丙', priority: 'urgent' });
    one.online();
    await until(async () => (await here.desk.ticket(id)).summary === '甲', 'the first');
    await third.sync();
    other.online();
    const all = { summary: '甲', description: '乙', convenientTime: '丙', priority: 'urgent' };
    await one.sees('ticket', id, all);
    await other.sees('ticket', id, all);
    await agree(...phones);
    await third.sees('ticket', id, all);
    assert.deepEqual(await lostValues(id), []);
  });

  test(`of offline edits of one field each that lost is in an issue (${mode})`, async (t) => {
    const id = await here.desk.open({ summary: '原来' });
    const phones = await three(t, ['assistant', 'assistant_b', 'supervisor'], mode);
    const [one, other, third] = phones;
    one.offline();
    other.offline();
    await one.patch('ticket', id, { summary: '甲' });
    await other.patch('ticket', id, { summary: '乙' });
    await third.patch('ticket', id, { summary: '丙' });
    await third.sync();
    one.online();
    await until(async () => (await lostValues(id)).length === 1, 'the first issue');
    other.online();
    await until(async () => (await lostValues(id)).length === 2, 'the second issue');
    assert.deepEqual(await lostValues(id), ['summary 乙', 'summary 甲'].sort());
    for (const phone of [one, other]) {
      await phone.sees('ticket', id, { summary: '丙' });
    }
    await agree(...phones);
  });
}

test('a rejected insert leaves either phone and is told to its author', async (t) => {
  const phones = await three(t, ['maintenance_worker', 'maintenance_worker_b', 'maintenance_worker']);
  const [one, , third] = phones;
  const rows = [newTicket({ communityId: uuidv7() }), newTicket({ communityId: uuidv7() })];
  await one.insert('ticket', rows[0]);
  await third.insert('ticket', rows[1]);
  await one.sees('ticket', rows[0].id, null);
  await agree(...phones);
  assert.equal(await third.get('ticket', rows[1].id), null);
  for (const { id } of rows) {
    const told = await Promise.all([one, third].map((phone) => phone.all('syncIssue')));
    assert.ok(told.every((issues) => issues.some(({ recordId }) => recordId === id)), 'both phones of the author');
  }
});

test('a lost answer followed by a second edit loses nothing, whatever others wrote', async (t) => {
  const id = await here.desk.open({ summary: '原来', description: '原来' });
  const phones = await three(t, ['assistant', 'assistant_b', 'supervisor']);
  const [one, , third] = phones;
  third.proxy.next('/sync/push', { drop: true });
  await third.patch('ticket', id, { summary: '第一次' });
  await assert.rejects(third.sync());
  await one.sees('ticket', id, { summary: '第一次' });
  await one.patch('ticket', id, { description: '别人的' });
  await until(async () => (await here.desk.ticket(id)).description === '别人的', 'the other edit');
  await third.patch('ticket', id, { summary: '第二次' });
  await third.sync();
  for (const phone of phones.slice(0, 2)) {
    await phone.sees('ticket', id, { summary: '第二次', description: '别人的' });
  }
  await agree(...phones);
  assert.deepEqual(await lostValues(id), []);
});

test('after a lost answer what another phone wrote over it is not overwritten', async (t) => {
  const id = await here.desk.open({ summary: '原来' });
  const phones = await three(t, ['assistant', 'assistant_b', 'supervisor']);
  const [one, , third] = phones;
  third.proxy.next('/sync/push', { drop: true });
  await third.patch('ticket', id, { summary: '第一次' });
  await assert.rejects(third.sync());
  await one.sees('ticket', id, { summary: '第一次' });
  await one.patch('ticket', id, { summary: '别人的' });
  await until(async () => (await here.desk.ticket(id)).summary === '别人的', 'the other edit');
  await third.patch('ticket', id, { summary: '第二次' });
  await third.sync();
  await agree(...phones);
  assert.equal((await here.desk.ticket(id)).summary, '别人的');
  assert.deepEqual(await lostValues(id), ['summary 第二次']);
});

test('steps made underground before the desk cancelled are kept beside', async (t) => {
  const id = await here.desk.open({ summary: '电梯故障' });
  await here.desk.advance(id, 'ordered');
  await here.desk.assign(id, here.worker.id);
  const phones = await three(t, ['maintenance_worker', 'assistant', 'maintenance_worker']);
  const [one, , third] = phones;
  one.offline();
  const steps = [step(id, 'on_site'), step(id, 'on_site')];
  await one.insert('ticketEvent', steps[0]);
  await third.insert('ticketEvent', steps[1]);
  await here.desk.advance(id, 'cancelled');
  await third.sync();
  one.online();
  for (const { id } of steps) {
    await one.sees('ticketEvent', id, { fromState: null, toState: 'on_site', observedMark: 'monotonic' });
  }
  await agree(...phones);
  for (const phone of phones) {
    await phone.sees('ticket', id, { state: 'cancelled' });
  }
  assert.deepEqual(await here.desk.issues(id), []);
});

test('a ticket that is given to somebody else leaves the old phone, and what it had not sent is kept', async (t) => {
  const id = await here.desk.open({ summary: '原来' });
  await here.desk.advance(id, 'ordered');
  await here.desk.assign(id, here.workerB.id);
  const phones = await three(t, ['maintenance_worker', 'maintenance_worker_b', 'maintenance_worker_b']);
  const [one, other, third] = phones;
  other.offline();
  await other.patch('ticket', id, { description: '旧手机' });
  await third.patch('ticket', id, { convenientTime: '旧手机' });
  await here.desk.assign(id, here.worker.id);
  await one.sees('ticket', id, { state: 'dispatched' });
  await third.sync();
  other.online();
  await other.sees('ticket', id, null);
  await agree(...phones);
  assert.equal(await third.get('ticket', id), null);
  const issues = await here.desk.issues(id);
  assert.deepEqual(issues.map(({ mutationKind, code }) => `${mutationKind} ${code}`), Array(2).fill('ticket.edit NOT_FOUND'));
});
