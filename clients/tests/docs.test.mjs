// What docs/rows.md shows runs as it stands there: the first ten lines of each face, the whole programs
// without our package, the bodies.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import test from 'node:test';
import { promisify } from 'node:util';
import { stage } from './support/stage.mjs';

const here = stage();
const page = readFileSync(new URL('../../docs/rows.md', import.meta.url), 'utf8');

/** The program under a heading, against the server of this test. */
function program(heading) {
  const [, found] = page.split(`### ${heading}\n`)[1].match(/```js\n([\s\S]*?)```/);
  return found.replaceAll('http://127.0.0.1:8080', here.server.url);
}

/** Runs it beside the packages it names. */
async function run(name, source) {
  const file = new URL(`./.docs-${process.pid}-${name}.mjs`, import.meta.url).pathname;
  writeFileSync(file, `${source}\nprocess.exit(0);\n`);
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [file]);
    return stdout;
  } finally {
    rmSync(file);
  }
}

test('the first lines with RxDB run as they are shown', async () => {
  assert.match(await run('rxdb', program('RxDB')), /^[1-9]\d* tickets$/m);
});

// What the app brings itself; in Node the library must be imported by file.
const ADAPTER = `
import LokiJSAdapter from '@nozbe/watermelondb/adapters/lokijs/index.js';
const Adapter = LokiJSAdapter.default ?? LokiJSAdapter;
const makeAdapter = (schema) => new Adapter({ dbName: 'docs', schema, useWebWorker: false, useIncrementalIndexedDB: true });
`;

const MODELS = `
import { watermelonTables } from 'xunfang-clients';
import { Model } from '@nozbe/watermelondb';
const classOf = (table) => class extends Model { static table = table; };
const modelClasses = Object.keys(watermelonTables).map(classOf);
`;

test('the first lines with WatermelonDB run as they are shown', async () => {
  assert.match(await run('watermelon', ADAPTER + MODELS + program('WatermelonDB')), /^[1-9]\d* tickets$/m);
});

const signIn = () => program('Signing in and staying signed in');

test('the whole program with plain RxDB runs as it is shown', async () => {
  const told = await run('plain-rxdb', signIn() + program('Plain RxDB'));
  assert.match(told, /^[1-9]\d* tickets\non the server: 厨房水管漏水 水已漫到走廊$/m);
});

test('the whole program with plain WatermelonDB runs as it is shown', async () => {
  const told = await run('plain-watermelon', ADAPTER + signIn() + program('Plain WatermelonDB'));
  assert.match(told, /^[1-9]\d* tickets\non the server: 厨房水管漏水$/m);
});

test('the renewal of tokens runs as it is shown', async () => {
  const told = await run('tokens', `${signIn()}
    await signIn('assistant', 'xunfang-demo');
    const [{ accessToken }, accountId] = [tokens, tokens.viewer.accountId];
    await renew();
    const { me } = await api('{ me { accountId } }');
    console.log(me.accountId === accountId, uuidv7().length, tokens.accessToken.length > 0 && accessToken.length > 0);`);
  assert.match(told, /^true 36 true$/m);
});

test('the bodies that are shown are taken, and their answers look as shown', async () => {
  const shown = [...page.split('### Bodies of')[1].split('\n## ')[0].matchAll(/```json\n([\s\S]*?)```/g)].map(([, text]) => JSON.parse(text));
  const [pull, pulled, push, pushed] = shown;
  const { session } = await here.signIn('assistant');
  const post = async (path, body) => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    return (await session.fetch(`${here.server.url}${path}`, init)).json();
  };
  const answer = await post('/sync/pull', pull);
  assert.deepEqual(Object.keys(answer).sort(), Object.keys(pulled).sort());
  for (const [name, value] of Object.entries(pulled)) {
    assert.equal(typeof answer[name], typeof value, name);
  }
  assert.deepEqual(Object.keys(answer.changes), pull.tables);
  const [community] = answer.changes.communities.updated;
  assert.deepEqual(Object.keys(community).sort(), Object.keys(pulled.changes.communities.updated[0]).sort());
  assert.deepEqual(await post('/sync/push', push), pushed);
});
