// What docs/rows.md shows as the first ten lines of each face runs as it stands there.
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
  assert.ok(found.includes('http://127.0.0.1:8080'));
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
const OWN = `
import { watermelonTables } from 'xunfang-clients';
import { Model } from '@nozbe/watermelondb';
import LokiJSAdapter from '@nozbe/watermelondb/adapters/lokijs/index.js';
const Adapter = LokiJSAdapter.default ?? LokiJSAdapter;
const classOf = (table) => class extends Model { static table = table; };
const modelClasses = Object.keys(watermelonTables).map(classOf);
const makeAdapter = (schema) => new Adapter({ dbName: 'docs', schema, useWebWorker: false, useIncrementalIndexedDB: true });
`;

test('the first lines with WatermelonDB run as they are shown', async () => {
  assert.match(await run('watermelon', OWN + program('WatermelonDB')), /^[1-9]\d* tickets$/m);
});
