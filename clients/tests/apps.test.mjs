// The two apps of the handbook: the lists that docs/rows.md lays down, carried by either library.
import test from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { NON_PREMIUM_COLLECTION_LIMIT } from 'rxdb/plugins/core';
import { patrolApp, tables, visitApp } from '../dist/index.js';
import { FACES } from './support/native.mjs';
import { stage } from './support/stage.mjs';

const here = stage();
const page = readFileSync(new URL('../../docs/rows.md', import.meta.url), 'utf8');
const camel = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
const APPS = [
  { app: 'patrol worker', collections: patrolApp, account: 'security_guard' },
  { app: 'visit keeper', collections: visitApp, account: 'assistant' },
];

for (const { app, collections, account } of APPS) {
  test(`the ${app}'s app carries what the page says, parents first`, () => {
    const [, listed] = page.match(new RegExp(`^\\| ${app} \\| (.*) \\|$`, 'm'));
    assert.deepEqual([...collections].sort(), [...listed.matchAll(/`(\w+)`/g)].map(([, name]) => camel(name)).sort());
    assert.ok(collections.length <= NON_PREMIUM_COLLECTION_LIMIT, 'RxDB opens no more');
    const order = FACES.map(({ collection }) => collection);
    assert.deepEqual(collections, order.filter((name) => collections.includes(name)));
  });

  test(`the ${app}'s app holds what its account may see, with either library`, async (t) => {
    const native = await here.signIn(account);
    for (const phone of [await here.rxdb(t, account, { collections }), await here.watermelon(t, account, { collections })]) {
      await phone.equals(native, ...collections);
      assert.deepEqual((await phone.stats()).uncaught, []);
    }
  });
}

test('the page says how many collections RxDB opens', () => {
  const [, said] = page.match(/opens (\d+) collections without its paid part/);
  assert.equal(Number(said), NON_PREMIUM_COLLECTION_LIMIT);
});

test('each collection has a table', () => {
  assert.deepEqual(tables, Object.fromEntries(FACES.map(({ collection, table }) => [collection, table])));
});
