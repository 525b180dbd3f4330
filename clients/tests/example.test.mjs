import test from 'node:test';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { stage } from './support/stage.mjs';

const here = stage();

test('the example that needs nothing but fetch does what it says', async () => {
  const example = new URL('../examples/fetch.mjs', import.meta.url).pathname;
  const env = { ...process.env, XUNFANG_URL: here.server.url };
  const { stdout } = await promisify(execFile)(process.execPath, [example], { env });
  assert.match(stdout, /^\d+ records of 碧江花园\npushed: APPLIED\nthe repair is recorded\n$/);
});
