// Many rows at once.
import test from 'node:test';
import assert from 'node:assert/strict';
import { uuidv7 } from '../dist/index.js';
import { stage } from './support/stage.mjs';
import { until } from './support/until.mjs';

const ROWS = 5000;
const here = stage();

test(`a first sync of ${ROWS} rows is complete, with and without a batch size`, async (t) => {
  const communityId = here.community.id;
  for (let sent = 0; sent < ROWS; sent += 500) {
    const mutations = Array.from({ length: 500 }, (_, count) => ({
      kind: 'ticket.open',
      recordId: uuidv7(),
      payload: { communityId, summary: `第 ${sent + count} 号` },
    }));
    const results = await here.desk.push(...mutations);
    assert.ok(results.every(({ outcome }) => outcome === 'APPLIED'));
  }
  const wanted = await here.desk.rows('ticket');
  assert.ok(wanted.size > ROWS);
  for (const [mode, options] of [
    ['helper', {}],
    ['plain', {}],
    ['plain', { batchSize: 1000 }],
  ]) {
    const started = performance.now();
    const phone = await here.rxdb(t, 'assistant', { mode, collections: ['ticket'], ...options });
    assert.equal(await phone.call('count', 'ticket'), wanted.size);
    const pulls = phone.proxy.operations('PullTicket').length;
    t.diagnostic(`${mode}: ${Math.round(performance.now() - started)} ms, ${pulls} pulls`);
    await phone.equals(here.desk, 'ticket');
  }
});

test('a hundred long rows that were edited offline all arrive', async (t) => {
  const communityId = here.community.id;
  const long = (text) => text.repeat(4000);
  const ids = Array.from({ length: 100 }, () => uuidv7());
  const opened = ids.map((recordId) => ({ kind: 'ticket.open', recordId, payload: { communityId, summary: '长', description: long('前') } }));
  await here.desk.push(...opened);
  const phone = await here.rxdb(t, 'assistant_b', { collections: ['ticket'] });
  phone.offline();
  for (const id of ids) {
    await phone.patch('ticket', id, { description: long('后') });
  }
  phone.online();
  const arrived = async () => {
    const tickets = await here.desk.rows('ticket');
    return ids.every((id) => tickets.get(id).description === long('后'));
  };
  await until(arrived, 'all edits at the server');
  assert.ok(phone.proxy.operations('PushTicket').every(({ status }) => status === undefined || status === 200));
});
