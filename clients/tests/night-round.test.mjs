// A night round past midnight, walked by two guards without a network: one with RxDB, one with WatermelonDB.
import test from 'node:test';
import assert from 'node:assert/strict';
import { patrolApp, uuidv7 } from '../dist/index.js';
import { stage } from './support/stage.mjs';

const here = stage();
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SHANGHAI = 8 * HOUR;
const iso = (ms) => new Date(ms).toISOString();

/** The last midnight of the estate that is an hour ago at least. */
const midnight = Math.floor((Date.now() + SHANGHAI - HOUR) / DAY) * DAY - SHANGHAI;

/** Points with a label each, and a round over all of them that both guards have before them. */
async function round() {
  const boss = await here.signIn('supervisor');
  const guards = {
    one: await here.desk.staffOf('security_guard', here.server),
    other: await here.desk.staffOf('security_guard_b', here.server),
  };
  const points = [];
  const checklist = [{ key: 'clean', title: '环境卫生', kind: 'CHECK', isRequired: true }];
  for (let number = 1; number <= 5; number += 1) {
    const input = { communityId: here.community.id, name: `点位 ${number}`, code: `label ${uuidv7()}`, checklist };
    const { putPatrolPoint } = await boss.query(
      'mutation ($input: PutPatrolPointInput!) { putPatrolPoint(input: $input) { patrolPoint { id code } } }',
      { input },
    );
    points.push(putPatrolPoint.patrolPoint);
  }
  const task = uuidv7();
  await boss.run('patrol.order', task, {
    communityId: here.community.id,
    zoneId: guards.one.zoneId,
    assigneeId: guards.other.id,
    name: '夜间巡逻',
    post: 'security_guard',
    pointIds: points.map(({ id }) => id),
    needsCode: true,
    from: iso(midnight - 2 * HOUR),
    to: iso(Date.now() + 2 * HOUR),
  });
  return { task, points };
}

/** Both guards, each with what the patrol worker's app carries. */
const guards = async (t, clocks = {}) => ({
  rxdb: await here.rxdb(t, 'security_guard', { collections: patrolApp, clockOffMs: clocks.rxdb }),
  watermelon: await here.watermelon(t, 'security_guard_b', { collections: patrolApp, clockOffMs: clocks.watermelon }),
});

const result = (taskId, { id: pointId, code }, more = {}) => ({
  id: uuidv7(),
  taskId,
  pointId,
  codeRead: code,
  answers: '{"clean":true}',
  witnessed: true,
  ...more,
});

/** A finding and the ticket it leads to, written together. */
async function finds(phone, task, point, summary) {
  const ticket = { id: uuidv7(), communityId: here.community.id, summary, witnessed: true };
  const found = result(task, point, { finding: summary, ticketId: ticket.id });
  await Promise.all([phone.insert('ticket', ticket), phone.insert('patrolResult', found)]);
  return { ticket, found };
}

/** What was seen of a task, by the id of the result. */
async function results(task) {
  const rows = [...(await here.desk.rows('patrolResult')).entries()];
  return new Map(rows.filter(([, row]) => row.taskId === task));
}

/** At rest, equal to what the account may see, and without anything kept back. */
async function rest(...phones) {
  for (const phone of phones) {
    await phone.inSync();
  }
  for (const phone of phones.filter(({ kind }) => kind === 'watermelon')) {
    await phone.inSync();
  }
  for (const phone of phones) {
    await phone.equals(await here.signIn(phone.account), ...patrolApp);
    assert.deepEqual((await phone.stats()).uncaught, []);
  }
}

test('a night round past midnight is done when both guards are above ground again', async (t) => {
  const { task, points } = await round();
  // One clock is three days ahead, the other nine hours behind.
  const { rxdb, watermelon } = await guards(t, { rxdb: 3 * DAY, watermelon: -9 * HOUR });
  const issues = (await here.desk.issues()).length;
  rxdb.offline();
  watermelon.offline();
  const began = Date.now();

  const clean = result(task, points[0]);
  await rxdb.insert('patrolResult', clean);
  const lamp = await finds(rxdb, task, points[1], '路灯不亮');
  // An app that was started underground has heard of no server: there is only its clock, now put right.
  const before = result(task, points[2], { witnessed: false, observedAt: iso(midnight - 10 * 60_000) });
  const after = result(task, points[3], { witnessed: false, observedAt: iso(midnight + 10 * 60_000) });
  await watermelon.insert('patrolResult', before);
  await watermelon.insert('patrolResult', after);
  const leak = await finds(watermelon, task, points[4], '消防栓漏水');
  // Both came by the last point.
  const again = result(task, points[4]);
  await rxdb.insert('patrolResult', again);
  const ended = Date.now();

  watermelon.online();
  await watermelon.sync();
  await rxdb.sees('patrolTask', task, { state: 'due' });
  rxdb.online();
  const done = { state: 'done', findingCount: 2, missedPointIds: '[]', missedAt: null };
  await rxdb.sees('patrolTask', task, done);
  await rest(rxdb, watermelon);
  await watermelon.sees('patrolTask', task, { ...done, startedAt: midnight - 10 * 60_000 });

  const seen = await results(task);
  assert.equal(seen.size, 6);
  for (const row of seen.values()) {
    assert.deepEqual([row.isInWindow, row.missingEvidence, row.codeMatches], [true, '[]', true]);
  }
  for (const { id } of [clean, lamp.found, leak.found, again]) {
    const { observedMark, observedAt } = seen.get(id);
    assert.equal(observedMark, 'monotonic');
    assert.ok(observedAt > began - 5_000 && observedAt < ended + 5_000, `${iso(observedAt)} is when it was seen`);
  }
  for (const [{ id }, moment] of [[before, midnight - 10 * 60_000], [after, midnight + 10 * 60_000]]) {
    assert.deepEqual([seen.get(id).observedMark, seen.get(id).observedAt], ['wall', moment]);
  }
  for (const { ticket, found } of [lamp, leak]) {
    assert.equal((await here.desk.ticket(ticket.id)).summary, ticket.summary);
    assert.equal(seen.get(found.id).ticketId, ticket.id);
  }
  assert.equal((await here.desk.issues()).length, issues, 'nothing was lost');
});

test('answers lost on the way make no second report, and what proves too little does not count', async (t) => {
  const { task, points } = await round();
  const { rxdb, watermelon } = await guards(t);
  const issues = (await here.desk.issues()).length;
  watermelon.proxy.next('/sync/push', { drop: true });
  rxdb.proxy.next('PushPatrolResult', { drop: true });
  const rows = points.map((point) => result(task, point));
  rows[4].codeRead = 'another label';
  for (const row of rows.slice(0, 2)) {
    await rxdb.insert('patrolResult', row);
  }
  for (const row of rows.slice(2)) {
    await watermelon.insert('patrolResult', row);
  }
  await assert.rejects(watermelon.sync());
  await rest(rxdb, watermelon);
  assert.deepEqual(new Set((await results(task)).keys()), new Set(rows.map(({ id }) => id)));
  await rxdb.sees('patrolTask', task, { state: 'in_progress' });
  await rxdb.sees('patrolResult', rows[4].id, { codeMatches: false, missingEvidence: '["code"]' });
  await watermelon.insert('patrolResult', result(task, points[4]));
  await rest(rxdb, watermelon);
  await rxdb.sees('patrolTask', task, { state: 'done' });
  assert.equal((await here.desk.issues()).length, issues, 'nothing was lost');
});
