// Phones with WatermelonDB, with the package's own sync.
import test from 'node:test';
import assert from 'node:assert/strict';
import { tables, uuidv7 } from '../dist/index.js';
import { stage } from './support/stage.mjs';

const here = stage();

test('an app without migrations pulls everything it may see, and what it writes comes home', async (t) => {
  const phone = await here.watermelon(t, 'assistant', { hasMigrations: false });
  await phone.equals(here.desk, ...Object.keys(tables));
  const id = uuidv7();
  await phone.insert('ticket', { id, communityId: here.community.id, summary: '西瓜', witnessed: true });
  await phone.sync();
  assert.equal((await here.desk.ticket(id)).summary, '西瓜');
  await here.desk.edit(id, { description: '前台的说明' });
  await phone.patch('ticket', id, { summary: '西瓜二' });
  await phone.inSync();
  await phone.sees('ticket', id, { summary: '西瓜二', description: '前台的说明', state: 'recorded' });
  await phone.equals(here.desk, 'ticket', 'ticketEvent');
  assert.equal((await here.desk.ticket(id)).summary, '西瓜二');
  assert.deepEqual(await here.desk.issues(id), []);
});

test('a row that fits into no push is kept whole, and its neighbours come through', async (t) => {
  const phone = await here.watermelon(t, 'assistant');
  const [large, small] = [uuidv7(), uuidv7()];
  const row = { communityId: here.community.id, summary: '漏水' };
  await phone.insert('ticket', { ...row, id: large, description: '水'.repeat(3_000_000) });
  await phone.insert('ticket', { ...row, id: small });
  await phone.sync();
  assert.equal((await here.desk.ticket(small)).summary, '漏水');
  const [issue] = await here.desk.issues(large);
  assert.equal(issue.kind, 'quarantined');
});
