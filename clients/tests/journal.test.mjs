// What is kept until a backup has it, without a server.
import test from 'node:test';
import assert from 'node:assert/strict';
import { createRxDatabase } from 'rxdb/plugins/core';
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory';
import { wrappedValidateAjvStorage } from 'rxdb/plugins/validate-ajv';
import { XunfangError } from '../dist/index.js';
import { Journal } from '../dist/journal.js';
import { xunfangCollections } from '../dist/rxdb.js';
import { removeShelfWith, shelfOf } from '../dist/rxdb-shelf.js';

/** A place that outlives the app, and a session whose server answers with these outcomes in turn. */
function phone(outcomes = [], isAlone = true) {
  const places = new Map();
  const sent = [];
  const shelf = {
    all: async () => [...places.values()].reverse(),
    put: async (kept) => void places.set(kept.place, structuredClone(kept)),
    remove: async (place) => void places.delete(place),
    isAlone: () => isAlone,
  };
  const session = {
    scope: 'account-1',
    async query(query, variables) {
      if (query.includes('waiting')) {
        return { mySync: { waiting: [{ mutationId: 'w1', recordId: 'r9' }] } };
      }
      if (outcomes[0] === 'fails') {
        outcomes.shift();
        throw new Error('no network');
      }
      sent.push(variables.mutations.map(({ mutationId }) => mutationId));
      const results = variables.mutations.map(() => ({ outcome: outcomes.shift() ?? 'APPLIED', retryAfterMs: null }));
      return { syncPush: { results, serverTime: '2026-01-03T00:00:00Z' } };
    },
    async keepOversize(kind, recordId, content) {
      if (outcomes[0] === 'refused') {
        outcomes.shift();
        throw new XunfangError('QUARANTINE_FULL', 'no room today', { retryAfterMs: 5 });
      }
      sent.push([kind, recordId, content.length]);
    },
  };
  return { places, sent, session, start: () => new Journal(() => shelf, session) };
}

const of = (...ids) => ids.map((mutationId) => ({ mutationId, kind: 'ticket.open', recordId: `of ${mutationId}`, payload: {} }));
const answer = (epoch, ...ids) => ({ mutations: of(...ids), serverTime: '2026-01-02T00:00:00Z', epoch });

test('what was acknowledged outlives the app and is given back once, in its order', async () => {
  const { sent, start } = phone();
  const before = start();
  assert.equal(await before.epoch(), null);
  await Promise.all([before.keep(answer('one', 'a', 'b')), before.keep(answer('one', 'c'))]);
  // A push whose answer was lost comes again.
  await before.keep(answer('one', 'b', 'd'));
  assert.equal(await before.size(), 4);

  const after = start();
  assert.equal(await after.epoch(), 'one');
  await after.giveBack('one');
  assert.deepEqual(sent, []);
  await after.giveBack('two');
  await after.giveBack('two');
  await start().giveBack('two');
  assert.deepEqual(sent, [['a', 'b'], ['c'], ['d']]);
  assert.deepEqual([await after.epoch(), await start().epoch()], ['two', 'two']);
  assert.equal(await start().size(), 4);
});

test('what breaks off goes on where it was, and what there was no room for stays', async () => {
  const { sent, start } = phone(['APPLIED', 'fails', 'DEFERRED', 'NOT_TAKEN']);
  const journal = start();
  await journal.keep(answer('one', 'a'));
  await journal.keep(answer('one', 'b', 'c'));
  await assert.rejects(journal.giveBack('two'), /no network/);
  assert.equal(await journal.epoch(), 'one', 'nothing is pushed before the rest');
  await journal.giveBack('two');
  assert.deepEqual(sent, [['a'], ['b', 'c']]);
  // Not at once: there is no room for a while. Its rows stay meanwhile, and those that wait at the server.
  await journal.giveBack('two');
  assert.equal(sent.length, 2);
  assert.deepEqual([...(await journal.expected('two'))].sort(), ['c', 'of c', 'r9', 'w1']);
  await journal.forget('2999-01-01T00:00:00Z', 'two');
  assert.equal(await journal.size(), 1);
  await start().giveBack('two');
  assert.deepEqual(sent.at(-1), ['c']);
});

test('what a backup has is forgotten, and nothing of another account is touched', async () => {
  const { places, session, start } = phone();
  await start().keep(answer('one', 'a'));
  session.scope = 'account-2';
  const journal = start();
  await journal.keep(answer('one', 'b'));
  await journal.forget('2026-01-02T00:00:00Z', 'one');
  assert.equal(await journal.size(), 1);
  await journal.forget('2026-01-02T00:00:01Z', 'one');
  assert.equal(await journal.size(), 0);
  assert.deepEqual([...places.values()].map(({ scope }) => scope), ['account-1']);
});

test('requests keep to a size, and what fits into none is handed over by itself', async () => {
  const { sent, start } = phone();
  const journal = start();
  const large = { kind: 'ticket.row', recordId: 'r', payload: 'x'.repeat(3_000_000) };
  const many = Array.from({ length: 250 }, (_, number) => `m${number}`);
  await journal.keep({ ...answer('one', ...many), mutations: [large, ...of(...many)] });
  await journal.giveBack('two');
  assert.deepEqual(sent[0], ['ticket.row', 'r', 3_000_000]);
  assert.deepEqual(sent.slice(1).map((mutations) => mutations.length), [0, 100, 100, 50]);
});

test('what one text finds no room for holds up nothing else', async () => {
  const { sent, start } = phone(['refused']);
  const journal = start();
  const large = { kind: 'ticket.row', recordId: 'r', payload: 'x'.repeat(3_000_000) };
  await journal.keep({ ...answer('one', 'a'), mutations: [large, ...of('a')] });
  await journal.giveBack('two');
  assert.deepEqual(sent, [['a']]);
  assert.deepEqual([...(await journal.expected('two'))].sort(), ['', 'r', 'r9', 'w1']);
});

test('two tabs that push in turn keep what both had acknowledged', async () => {
  const { places, sent, start } = phone([], false);
  const [one, other] = [start(), start()];
  assert.equal(await other.size(), 0);
  await one.keep(answer('one', 'a'));
  await one.keep(answer('one', 'b'));
  await other.keep(answer('one', 'c'));
  assert.deepEqual([places.size, await one.size(), await other.size()], [3, 3, 3]);
  await other.giveBack('two');
  assert.deepEqual(sent, [['a'], ['b'], ['c']]);
});

test('what was acknowledged to one account is kept as his, whoever signed in meanwhile', async () => {
  const { places, session, start } = phone();
  const journal = start();
  await journal.keep(answer('one', 'a'));
  session.scope = 'account-2';
  await journal.keep(answer('one', 'b'), 'account-1');
  assert.equal(await journal.size(), 0);
  assert.deepEqual([...places.values()].map(({ scope }) => scope), ['account-1', 'account-1']);
});

test('RxDB keeps it beside its collections, through restarts, until the database is removed', async () => {
  // What it holds stays for as long as there is this storage.
  const storage = wrappedValidateAjvStorage({ storage: getRxStorageMemory() });
  const start = async () => {
    const database = await createRxDatabase({ name: 'kept', storage, multiInstance: false });
    const { ticket } = await database.addCollections(xunfangCollections(['ticket']));
    removeShelfWith(ticket);
    return { database, ticket, shelf: await shelfOf(database, () => true) };
  };
  const kept = (place, epoch) => ({ place, scope: 'account-1', at: 1, epoch, mutations: of(`m${place}`) });
  const first = await start();
  await first.shelf.put(kept('1', 'one'));
  await first.shelf.put(kept('2', 'one'));
  await first.shelf.put(kept('2', 'two'));
  await first.shelf.remove('1');
  await first.shelf.remove('7');
  await first.database.close();

  const second = await start();
  assert.deepEqual(await second.shelf.all(), [kept('2', 'two')]);
  await second.ticket.remove();
  assert.deepEqual(await second.shelf.all(), [kept('2', 'two')]);
  await second.database.addCollections(xunfangCollections(['ticket']));
  await second.database.close();

  const third = await start();
  assert.deepEqual(await third.shelf.all(), [kept('2', 'two')]);
  await third.database.remove();
  const last = await start();
  assert.deepEqual(await last.shelf.all(), []);
  await last.database.close();
});
