// A complaint that the desk grades and routes while phones without a network write about it.
import test from 'node:test';
import assert from 'node:assert/strict';
import { uuidv7, visitApp } from '../dist/index.js';
import { stage } from './support/stage.mjs';

const here = stage();

/** A complaint on the phones of two assistants, and a supervisor at the desk. */
async function complaint(t) {
  const [unit] = await here.desk.all('unit');
  const id = await here.desk.open({ kind: 'complaint', summary: '夜间装修噪声', description: '原来', demand: '原来', unitId: unit.id });
  return {
    id,
    boss: await here.signIn('supervisor'),
    responsible: await here.desk.staffOf('assistant_b', here.server),
    rxdb: await here.rxdb(t, 'assistant', { collections: visitApp }),
    watermelon: await here.watermelon(t, 'assistant_b', { collections: visitApp }),
    issues: (await here.desk.issues()).length,
  };
}

async function rest(rxdb, watermelon) {
  for (const phone of [rxdb, watermelon]) {
    await phone.inSync();
  }
  await watermelon.inSync();
  for (const phone of [rxdb, watermelon]) {
    await phone.equals(await here.signIn(phone.account), ...visitApp);
    assert.deepEqual((await phone.stats()).uncaught, []);
  }
}

const act = (native, mutation, input) => {
  const type = `${mutation[0].toUpperCase()}${mutation.slice(1)}Input`;
  return native.query(`mutation ($input: ${type}!) { ${mutation}(input: $input) { ticket { id } } }`, { input });
};

test('a complaint is graded at the desk while two phones write about it, and nothing is lost', async (t) => {
  const { id, boss, responsible, rxdb, watermelon, issues } = await complaint(t);
  rxdb.offline();
  watermelon.offline();
  await rxdb.patch('ticket', id, { description: '凌晨一点仍在施工', place: '3 栋 1 单元' });
  await watermelon.patch('ticket', id, { demand: '改到白天施工', personConcerned: '装修队' });
  const note = { id: uuidv7(), ticketId: id, kind: 'noted', note: '已录音', isInternal: false, witnessed: true };
  await watermelon.insert('ticketEvent', note);

  await act(boss, 'gradeTicket', { id, severity: 'IMPORTANT' });
  await act(boss, 'routeTicket', { id, department: '工程部', responsibleId: responsible.id });
  rxdb.online();
  await rxdb.inSync();
  watermelon.online();
  await rest(rxdb, watermelon);

  const wanted = {
    state: 'routed',
    severity: 'important',
    responsibleId: responsible.id,
    description: '凌晨一点仍在施工',
    place: '3 栋 1 单元',
    demand: '改到白天施工',
    personConcerned: '装修队',
  };
  for (const phone of [rxdb, watermelon]) {
    await phone.sees('ticket', id, wanted);
  }
  const seen = (await here.desk.rows('ticket')).get(id);
  assert.deepEqual(Object.fromEntries(Object.keys(wanted).map((name) => [name, seen[name]])), wanted);
  const kinds = (await here.desk.events(id)).map(({ kind }) => kind);
  for (const kind of ['graded', 'routed', 'noted']) {
    assert.equal(kinds.filter((known) => known === kind).length, 1, kind);
  }
  assert.equal((await here.desk.issues()).length, issues, 'nothing was lost');
});

test('a complaint that two graded and two edited holds one of each, and tells of the other', async (t) => {
  const { id, boss, rxdb, watermelon } = await complaint(t);
  watermelon.offline();
  await watermelon.patch('ticket', id, { description: '手机' });
  const graded = { id: uuidv7(), ticketId: id, kind: 'graded', severity: 'minor', note: '', witnessed: true };
  await watermelon.insert('ticketEvent', graded);
  await act(boss, 'gradeTicket', { id, severity: 'MAJOR' });
  await rxdb.patch('ticket', id, { description: '前台' });
  await rxdb.sees('ticket', id, { severity: 'major' });
  await rxdb.inSync();
  watermelon.online();
  await rest(rxdb, watermelon);
  await rxdb.sees('ticket', id, { description: '前台' });
  const kept = (await here.desk.issues(id)).map(({ field, lostValue }) => `${field} ${lostValue}`);
  assert.deepEqual(kept, ['description 手机']);
  const grades = (await here.desk.events(id)).filter(({ kind }) => kind === 'graded');
  assert.equal(grades.length, 2, 'both are told');
});
