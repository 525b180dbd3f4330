// The package as an app installs it: packed, into a clean folder, with the libraries that the app brings.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { stage } from './support/stage.mjs';

const here = stage();
const run = promisify(execFile);
const own = fileURLToPath(new URL('..', import.meta.url));

test('installed into a clean folder it holds what it needs, and there is one RxDB', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'xunfang-app-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'app', version: '1.0.0', type: 'module' }));
  await run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: own });
  const [packed] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  const options = ['--offline', '--legacy-peer-deps', '--no-audit', '--no-fund', '--silent'];
  await run('npm', ['install', ...options, join(folder, packed)], { cwd: folder });
  // What the app brings itself, without asking the network for it.
  const modules = join(folder, 'node_modules');
  for (const name of readdirSync(join(own, 'node_modules')).filter((name) => name !== 'xunfang-clients' && !name.startsWith('.'))) {
    mkdirSync(modules, { recursive: true });
    symlinkSync(join(own, 'node_modules', name), join(modules, name));
  }
  const installed = readdirSync(join(modules, 'xunfang-clients'));
  assert.deepEqual(installed.sort(), ['README.md', 'dist', 'examples', 'package.json', 'rows.json']);
  const page = readFileSync(new URL('../../docs/rows.md', import.meta.url), 'utf8');
  const [, program] = page.split('### RxDB\n')[1].match(/```js\n([\s\S]*?)```/);
  const source = `${program.replaceAll('http://127.0.0.1:8080', here.server.url)}
    import { createRequire } from 'node:module';
    const ofPackage = createRequire(import.meta.resolve('xunfang-clients/rxdb'));
    console.log(ofPackage.resolve('rxdb') === createRequire(import.meta.url).resolve('rxdb') ? 'one RxDB' : 'two of RxDB');
    process.exit(0);`;
  writeFileSync(join(folder, 'app.mjs'), source);
  const { stdout } = await run(process.execPath, ['app.mjs'], { cwd: folder });
  assert.match(stdout, /^[1-9]\d* tickets\none RxDB$/m);
});
