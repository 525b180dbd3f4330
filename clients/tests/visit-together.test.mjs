// Two who go into a home together, each with a phone of another library, and no network there.
import test from 'node:test';
import assert from 'node:assert/strict';
import { uuidv7, visitApp } from '../dist/index.js';
import { stage } from './support/stage.mjs';
import { until } from './support/until.mjs';

const here = stage();
const MINUTE = 60_000;
const iso = (ms) => new Date(ms).toISOString();
const SIGNATURE = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

/** The two who go, and their phones. */
async function pair(t, mode = 'helper') {
  const ids = {
    visitorId: (await here.desk.staffOf('assistant', here.server)).id,
    companionId: (await here.desk.staffOf('assistant_b', here.server)).id,
  };
  return {
    ids,
    rxdb: await here.rxdb(t, 'assistant', { collections: visitApp }),
    watermelon: await here.watermelon(t, 'assistant_b', { collections: visitApp, mode }),
  };
}

/** A visit to a home, agreed on. */
async function appointed(ids) {
  const [unit] = await here.desk.all('unit');
  const visit = uuidv7();
  const communityId = here.community.id;
  await here.desk.run('visit.plan', visit, { communityId, kind: 'home', unitId: unit.id, purpose: '季度走访', ...ids });
  await here.desk.run('visit.appoint', visit, { appointedAt: iso(Date.now()), ...ids });
  return visit;
}

const step = (visitId, kind, more = {}) => ({ id: uuidv7(), visitId, kind, note: '', isInternal: false, witnessed: true, ...more });
const details = (fields) => ({ details: JSON.stringify(fields) });

async function tell(phone, ...events) {
  for (const event of events) {
    await phone.insert('visitEvent', event);
  }
  return events;
}

async function rest(rxdb, watermelon) {
  await rxdb.inSync();
  await watermelon.inSync();
  for (const phone of [rxdb, watermelon]) {
    await phone.equals(await here.signIn(phone.account), ...visitApp);
    assert.deepEqual((await phone.stats()).uncaught, []);
  }
}

async function eventsOf(visit) {
  return [...(await here.desk.rows('visitEvent')).values()].filter(({ visitId }) => visitId === visit);
}

for (const [first, mode] of [['rxdb', 'helper'], ['watermelon', 'helper'], ['watermelon', 'plain']]) {
  test(`both of two who visited together are heard, whoever comes home first (${first}, ${mode})`, async (t) => {
    const { ids, rxdb, watermelon } = await pair(t, mode);
    const visit = await appointed(ids);
    await rxdb.sees('visit', visit, { state: 'appointed' });
    await watermelon.sync();
    const issues = (await here.desk.issues()).length;
    rxdb.offline();
    watermelon.offline();
    const replyPromisedAt = iso(Date.now() + 2 * 24 * 60 * MINUTE);
    const told = [
      ...(await tell(
        rxdb,
        step(visit, 'at_door'),
        step(visit, 'in_talk'),
        step(visit, 'opinion', { note: '楼道灯不亮' }),
        step(visit, 'finished', details({ channel: 'home', outcome: 'satisfied', opinion: '楼道灯不亮' })),
      )),
      ...(await tell(
        watermelon,
        step(visit, 'at_door'),
        step(visit, 'in_talk'),
        step(visit, 'opinion', { note: '希望多种树' }),
        step(visit, 'finished', details({ channel: 'home', outcome: 'new_opinion', opinion: '希望多种树', replyPromisedAt })),
      )),
    ];
    await rxdb.patch('visit', visit, { handling: '已报工程部' });
    await watermelon.patch('visit', visit, { result: '住户满意' });

    const [one, other] = first === 'rxdb' ? [rxdb, watermelon] : [watermelon, rxdb];
    one.online();
    await one.inSync();
    await until(async () => (await eventsOf(visit)).some(({ kind }) => kind === 'finished'), 'the first to come home');
    other.online();
    await rest(rxdb, watermelon);

    const row = await rxdb.get('visit', visit);
    assert.deepEqual(
      [row.state, row.outcome, row.handling, row.result, row.opinion.split('\n').sort()],
      ['done', 'new_opinion', '已报工程部', '住户满意', ['希望多种树', '楼道灯不亮']],
    );
    const events = await here.desk.rows('visitEvent');
    const marks = told.map(({ id, kind }) => `${kind} ${events.get(id)?.observedMark}`);
    // Written by hand, a client tells no contact: there is only its clock.
    const wanted = told.map(({ kind }, at) => `${kind} ${mode === 'plain' && at > 3 ? 'wall' : 'monotonic'}`);
    assert.deepEqual(marks, wanted, 'each step that either told');
    assert.equal((await here.desk.issues()).length, issues, 'nothing was lost');
  });
}

test('a return visit underground closes the repair with the signature of the owner', async (t) => {
  const { ids, rxdb, watermelon } = await pair(t);
  const [unit] = await here.desk.all('unit');
  const ticket = await here.desk.open({ summary: '厨房水管漏水', unitId: unit.id });
  await here.desk.advance(ticket, 'ordered');
  await here.desk.assign(ticket, here.worker.id);
  await here.desk.advance(ticket, 'on_site', 'finished');
  const visit = uuidv7();
  const communityId = here.community.id;
  await here.desk.run('visit.plan', visit, { communityId, kind: 'return', ticketId: ticket, purpose: '回访', ...ids });
  await rxdb.sees('visit', visit, { kind: 'return' });
  await watermelon.sync();
  const issues = (await here.desk.issues()).length;
  rxdb.offline();
  watermelon.offline();
  const when = { appointedAt: iso(Date.now()), ...ids, isInside: true };
  const done = { channel: 'home', outcome: 'satisfied', opinion: '很满意' };
  await tell(rxdb, step(visit, 'appointed', details(when)), step(visit, 'at_door'), step(visit, 'in_talk'));
  await tell(rxdb, step(visit, 'finished', { ...details(done), signature: SIGNATURE }));
  await tell(watermelon, step(visit, 'noted', { note: '水压正常', isInternal: true }));
  watermelon.online();
  await watermelon.sync();
  rxdb.online();
  await rxdb.sees('visit', visit, { state: 'done', signature: SIGNATURE });
  await rxdb.sees('ticket', ticket, { state: 'closed' });
  await rest(rxdb, watermelon);
  await watermelon.sees('ticket', ticket, { state: 'closed' });
  assert.equal((await here.desk.issues()).length, issues, 'nothing was lost');
});
