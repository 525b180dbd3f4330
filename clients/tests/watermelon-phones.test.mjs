// Phones with WatermelonDB, with the package's own sync.
import test from 'node:test';
import assert from 'node:assert/strict';
import { uuidv7 } from '../dist/index.js';
import { stage } from './support/stage.mjs';

const here = stage();

test('a phone pulls everything it may see, and what it writes comes home', async (t) => {
  const phone = await here.phone(t, 'watermelon', 'assistant');
  await phone.call('sync');
  for (const [table, collection] of [
    ['parties', 'party'],
    ['tickets', 'ticket'],
    ['ticket_events', 'ticketEvent'],
    ['sync_issues', 'syncIssue'],
  ]) {
    assert.equal(await phone.call('count', table), (await here.desk.rows(collection)).size, table);
  }
  const id = uuidv7();
  await phone.insert('tickets', { id, community_id: here.community.id, summary: '西瓜', witnessed: true });
  await phone.call('sync');
  assert.equal((await here.desk.ticket(id)).summary, '西瓜');
  await here.desk.edit(id, { description: '前台的说明' });
  await phone.patch('tickets', id, { summary: '西瓜二' });
  await phone.call('sync');
  await phone.call('sync');
  const { summary, description, state } = await phone.get('tickets', id);
  assert.deepEqual({ summary, description, state }, { summary: '西瓜二', description: '前台的说明', state: 'recorded' });
  assert.equal((await here.desk.ticket(id)).summary, '西瓜二');
  assert.deepEqual(await here.desk.issues(id), []);
});
