// What happens to phones in the field, with the package's own replication.
import test from 'node:test';
import assert from 'node:assert/strict';
import { uuidv7 } from '../dist/index.js';
import { stage } from './support/stage.mjs';
import { until } from './support/until.mjs';

const here = stage();
const ALL = ['party', 'ticket', 'ticketEvent', 'syncIssue'];
const newTicket = (more = {}) => ({ id: uuidv7(), communityId: here.community.id, summary: '水管漏水', ...more });

/** A ticket in the hands of the maintenance worker. */
async function dispatched(more) {
  const id = await here.desk.open({ summary: '电梯故障', ...more });
  await here.desk.advance(id, 'ordered');
  await here.desk.assign(id, here.worker.id);
  return id;
}

test('two phones that edited different fields offline keep both', async (t) => {
  const id = await here.desk.open({ summary: '原来', description: '原来' });
  const one = await here.rxdb(t, 'assistant', { collections: ALL });
  const other = await here.rxdb(t, 'assistant_b', { collections: ALL });
  one.offline();
  other.offline();
  await one.patch('ticket', id, { summary: '甲的标题', priority: 'urgent' });
  await other.patch('ticket', id, { description: '乙的说明', convenientTime: '晚上' });
  other.online();
  one.online();
  const both = { summary: '甲的标题', priority: 'urgent', description: '乙的说明', convenientTime: '晚上' };
  await one.sees('ticket', id, both);
  await other.sees('ticket', id, both);
  assert.deepEqual(await here.desk.issues(id), []);
  await one.equals(here.desk, ...ALL);
  await other.equals(here.desk, ...ALL);
});

test('two phones that edited the same fields offline agree, and every value that lost is kept', async (t) => {
  const id = await here.desk.open({ summary: '原来', description: '原来', convenientTime: '原来' });
  const one = await here.rxdb(t, 'assistant', { collections: ALL });
  const other = await here.rxdb(t, 'assistant_b', { collections: ALL });
  one.offline();
  other.offline();
  const of = (whose, priority) => ({ summary: `${whose}标题`, description: `${whose}说明`, convenientTime: `${whose}时间`, priority });
  await one.patch('ticket', id, of('甲', 'urgent'));
  await other.patch('ticket', id, of('乙', 'low'));
  one.online();
  await until(async () => (await here.desk.ticket(id)).summary === '甲标题', 'the first phone to arrive');
  other.online();
  // Each field by its policy: the stored one, nobody but a person, the last, the highest.
  const agreed = { summary: '甲标题', description: '甲说明', convenientTime: '乙时间', priority: 'urgent' };
  await one.sees('ticket', id, agreed);
  await other.sees('ticket', id, agreed);
  const issues = await until(async () => {
    const issues = await here.desk.issues(id);
    return issues.length === 4 && issues;
  }, 'the four issues');
  const lost = Object.fromEntries(issues.map(({ field, lostValue }) => [field, lostValue]));
  assert.deepEqual(lost, { summary: '乙标题', description: '乙说明', convenientTime: '甲时间', priority: 'low' });
  await one.equals(here.desk, ...ALL);
  await other.equals(here.desk, ...ALL);
});

test('a rejected insert leaves the phone and stays with the office', async (t) => {
  const phone = await here.rxdb(t, 'maintenance_worker', { collections: ALL });
  const worker = await here.signIn('maintenance_worker');
  const row = { ...newTicket({ communityId: uuidv7() }), witnessed: true };
  await phone.insert('ticket', row);
  await phone.sees('ticket', row.id, null);
  const issue = await until(async () => (await worker.issues(row.id))[0], 'the issue of its author');
  assert.deepEqual([issue.kind, issue.state], ['quarantined', 'open']);
  await phone.equals(worker, ...ALL);
  const last = newTicket();
  await phone.insert('ticket', last);
  await phone.sees('ticket', last.id, { state: 'recorded' });
});

test('the second edit after a lost answer is kept', async (t) => {
  const phone = await here.rxdb(t, 'assistant', { collections: ['ticket', 'ticketEvent'] });
  phone.proxy.next('PushTicket', { drop: true });
  const row = newTicket({ witnessed: true });
  await phone.insert('ticket', row);
  await until(() => phone.proxy.operations('PushTicket').some(({ dropped }) => dropped), 'the loss');
  await phone.patch('ticket', row.id, { description: '第二次' });
  await phone.sees('ticket', row.id, { state: 'recorded', description: '第二次' });
  await until(async () => (await here.desk.ticket(row.id)).description === '第二次', 'the second edit at the desk');
  assert.equal((await here.desk.events(row.id)).filter(({ kind }) => kind === 'opened').length, 1);
  assert.deepEqual(await here.desk.issues(row.id), []);
});

test('a step made underground counts from when it was made', async (t) => {
  const id = await dispatched();
  const phone = await here.rxdb(t, 'maintenance_worker', { collections: ['ticket', 'ticketEvent'] });
  await phone.sees('ticket', id, { state: 'dispatched' });
  phone.offline();
  const step = { id: uuidv7(), ticketId: id, kind: 'advanced', toState: 'on_site', note: '到场', witnessed: true };
  await phone.insert('ticketEvent', step);
  const made = (await phone.get('ticketEvent', step.id)).observedAt;
  const later = Date.now() + 300;
  await until(() => Date.now() > later, 'a while underground');
  phone.online();
  await phone.sees('ticket', id, { state: 'on_site' });
  const event = await phone.sees('ticketEvent', step.id, { fromState: 'dispatched', observedMark: 'monotonic' });
  assert.ok(Math.abs(new Date(event.observedAt) - new Date(made)) < 250, `${event.observedAt}, made ${made}`);
  assert.ok(new Date(event.receivedAt) - new Date(event.observedAt) >= 250);
});

test('a step made underground before the desk cancelled is kept beside, and so is the note', async (t) => {
  const id = await dispatched();
  const phone = await here.rxdb(t, 'maintenance_worker', { collections: ALL });
  const worker = await here.signIn('maintenance_worker');
  await phone.sees('ticket', id, { state: 'dispatched' });
  phone.offline();
  const step = { id: uuidv7(), ticketId: id, kind: 'advanced', toState: 'on_site', note: '到场', witnessed: true };
  const note = { id: uuidv7(), ticketId: id, kind: 'noted', note: '门锁着', isInternal: true, witnessed: true };
  await phone.insert('ticketEvent', step);
  await phone.insert('ticketEvent', note);
  await here.desk.advance(id, 'cancelled');
  phone.online();
  await phone.sees('ticketEvent', step.id, { fromState: null, toState: 'on_site', authorName: here.worker.name });
  await phone.sees('ticketEvent', note.id, { note: '门锁着', isInternal: true, authorName: here.worker.name });
  await phone.sees('ticket', id, { state: 'cancelled' });
  assert.deepEqual(await worker.issues(id), []);
  await phone.equals(worker, ...ALL);
});

test('a ticket that was given to somebody else goes, and what the old phone had written is kept', async (t) => {
  const id = await here.desk.open({ summary: '原来' });
  await here.desk.advance(id, 'ordered');
  await here.desk.assign(id, here.workerB.id);
  const phone = await here.rxdb(t, 'maintenance_worker_b', { collections: ALL });
  const worker = await here.signIn('maintenance_worker_b');
  await phone.sees('ticket', id, { state: 'dispatched' });
  phone.offline();
  await phone.patch('ticket', id, { description: '已检查' });
  await here.desk.assign(id, here.worker.id);
  phone.online();
  await phone.sees('ticket', id, null);
  const issue = await until(async () => (await here.desk.issues(id))[0], 'the issue');
  assert.deepEqual([issue.mutationKind, issue.code], ['ticket.edit', 'NOT_FOUND']);
  await phone.equals(worker, ...ALL);
});

test('a step on a ticket that was given to somebody else does not wait unseen: the office has it at once', async (t) => {
  const id = await here.desk.open();
  await here.desk.advance(id, 'ordered');
  await here.desk.assign(id, here.workerB.id);
  const phone = await here.rxdb(t, 'maintenance_worker_b', { collections: ALL });
  await phone.sees('ticket', id, { state: 'dispatched' });
  phone.offline();
  const step = { id: uuidv7(), ticketId: id, kind: 'advanced', toState: 'on_site', note: '到场', witnessed: true };
  await phone.insert('ticketEvent', step);
  await here.desk.assign(id, here.worker.id);
  phone.online();
  await phone.sees('ticket', id, null);
  await until(() => phone.proxy.operations('PushTicketEvent').some(({ answer }) => answer?.data), 'the step at the server');
  assert.equal((await here.desk.ticket(id)).state, 'dispatched');
  // He is known to have had the ticket, so it is not as if it were still to come.
  const issue = await until(async () => (await here.desk.issues(id))[0], 'the issue');
  assert.deepEqual([issue.kind, issue.mutationKind, issue.code], ['quarantined', 'ticket.advance', 'NOT_FOUND']);
});

test('a state written alone is taken when it is one legal step, else put right', async (t) => {
  const phone = await here.rxdb(t, 'assistant', { collections: ALL });
  const id = await here.desk.open();
  await phone.sees('ticket', id, { state: 'recorded' });
  await phone.patch('ticket', id, { state: 'ordered' });
  await until(async () => (await here.desk.ticket(id)).state === 'ordered', 'the step');
  await phone.inSync();
  await phone.patch('ticket', id, { state: 'closed' });
  await phone.sees('ticket', id, { state: 'ordered' });
  const issue = await until(async () => (await here.desk.issues(id))[0], 'the issue');
  assert.equal(issue.kind, 'quarantined');
  await phone.equals(here.desk, ...ALL);
});

test('what phones may not write or delete comes back as it is', async (t) => {
  const phone = await here.rxdb(t, 'assistant', { collections: ALL });
  const id = await here.desk.open({ summary: '不可删' });
  await phone.sees('ticket', id, { summary: '不可删' });
  await phone.call('remove', 'ticket', id);
  await phone.sees('ticket', id, { summary: '不可删' });
  const issue = await until(async () => (await here.desk.issues(id))[0], 'the issue');
  assert.equal(issue.code, 'ROW_NOT_WRITABLE');
  await phone.patch('ticket', id, { unitId: uuidv7() });
  await phone.sees('ticket', id, { summary: '不可删', unitId: null });
  await phone.equals(here.desk, 'ticket');
  assert.deepEqual((await phone.stats()).uncaught, []);
});

test('a phone that rested for long and one that never slept hold the same', async (t) => {
  const awake = await here.rxdb(t, 'supervisor', { collections: ALL });
  const asleep = await here.rxdb(t, 'supervisor', { collections: ALL });
  asleep.offline();
  for (let count = 0; count < 5; count += 1) {
    const id = await dispatched({ summary: `夜里 ${count}` });
    await awake.insert('ticketEvent', { id: uuidv7(), ticketId: id, kind: 'noted', note: '看过', witnessed: true });
  }
  asleep.online();
  await awake.equals(here.desk, ...ALL);
  await asleep.equals(here.desk, ...ALL);
});

test('what an event said while a push was under way does not come back over what came since', async (t) => {
  const [own, changed, left] = [await dispatched(), await dispatched(), await dispatched()];
  const phone = await here.rxdb(t, 'maintenance_worker', { collections: ['ticket'] });
  for (const id of [own, changed, left]) {
    await phone.sees('ticket', id, { state: 'dispatched' });
  }
  let answer;
  const push = phone.proxy.next('PushTicket', { hold: new Promise((done) => (answer = done)) });
  await phone.patch('ticket', own, { description: '已检查' });
  await until(() => push.hits === 1, 'the push');
  for (const id of [changed, left]) {
    const before = phone.proxy.events;
    await here.desk.edit(id, { summary: '旧的标题' });
    await until(() => phone.proxy.events > before, 'the event');
  }
  const dropped = phone.proxy.upgrades;
  phone.proxy.refuseSockets();
  await here.desk.edit(changed, { summary: '新的标题' });
  await here.desk.assign(left, here.workerB.id);
  phone.proxy.allowSockets();
  await until(() => phone.proxy.upgrades > dropped, 'the socket');
  answer();
  await phone.inSync();
  const last = await dispatched({ summary: '最后的' });
  await phone.sees('ticket', last, { state: 'dispatched', summary: '最后的' });
  await phone.inSync();
  assert.equal((await phone.get('ticket', changed)).summary, '新的标题');
  assert.equal(await phone.get('ticket', left), null);
});

test('sweeping ends, whatever is under way and however many events come', async (t) => {
  const own = await here.desk.open();
  const phone = await here.rxdb(t, 'assistant', { collections: ['ticket'], resyncMs: 0 });
  await phone.sees('ticket', own, { state: 'recorded' });
  let answer;
  const push = phone.proxy.next('PushTicket', { hold: new Promise((done) => (answer = done)) });
  await phone.patch('ticket', own, { description: '已检查' });
  await until(() => push.hits === 1, 'the push');
  for (let count = 0; count < 3; count += 1) {
    const before = phone.proxy.events;
    await here.desk.open({ summary: `第 ${count} 件` });
    await until(() => phone.proxy.events > before, 'the event');
  }
  const swept = phone.call('sweep', 'ticket');
  phone.proxy.cutSockets();
  answer();
  await swept;
  await phone.equals(here.desk, 'ticket');
});

test('a burst of changes comes with few pulls, and when nothing changes there is none', async (t) => {
  const phone = await here.rxdb(t, 'assistant', { collections: ['ticket'] });
  await phone.inSync();
  const pulls = () => phone.proxy.operations('PullTicket').length;
  const [before, from] = [pulls(), phone.proxy.events];
  const ids = await Promise.all(Array.from({ length: 20 }, () => here.desk.open()));
  for (const id of ids) {
    await phone.sees('ticket', id, { state: 'recorded' });
  }
  t.diagnostic(`${pulls() - before} pulls, ${phone.proxy.events - from} events`);
  assert.ok(pulls() - before <= 10, `${pulls() - before} pulls`);
  let rest = { since: performance.now() };
  await until(() => {
    const { events } = phone.proxy;
    if (rest.pulls !== pulls() || rest.events !== events) {
      rest = { pulls: pulls(), events, since: performance.now() };
    }
    return performance.now() - rest.since > 3_000;
  }, 'rest');
});

test('an account is one, however its name is typed', async () => {
  const typed = await Promise.all(['assistant', 'Assistant ', 'ＡＳＳＩＳＴＡＮＴ'].map((name) => here.signIn(name)));
  const scopes = typed.map(({ session }) => session.scope);
  assert.equal(new Set(scopes).size, 1, scopes.join());
  assert.notEqual(scopes[0], (await here.signIn('assistant_b')).session.scope);
});

test('a row that fits into no push is kept whole, and its neighbours come through', async (t) => {
  const phone = await here.rxdb(t, 'assistant', { collections: ALL });
  const [large, small] = [newTicket({ description: '水'.repeat(1_000_000) }), newTicket()];
  await phone.insert('ticket', large);
  await phone.insert('ticket', small);
  await until(async () => (await here.desk.ticket(small.id))?.summary === small.summary, 'the small one');
  const [issue] = await until(async () => {
    const issues = await here.desk.issues(large.id);
    return issues.length > 0 && issues;
  }, 'the issue of the large one');
  assert.equal(issue.kind, 'quarantined');
});
