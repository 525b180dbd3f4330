// Makes what the program serves of GraphiQL from the packages that package.json pins: `npm run graphiql` after
// `npm ci`. tests/page.test.mjs fails when the two differ.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

export const FOLDER = fileURLToPath(new URL('../../src/http/page/graphiql/', import.meta.url));

const MODULES = fileURLToPath(new URL('../node_modules/', import.meta.url));
const read = (...path) => readFileSync(join(MODULES, ...path), 'utf8');
const PACKAGES = ['react', 'react-dom', 'graphql-ws', 'graphiql'];
const version = (name) => JSON.parse(read(name, 'package.json')).version;

const SCRIPTS = [
  ['react', 'umd/react.production.min.js'],
  ['react-dom', 'umd/react-dom.production.min.js'],
  ['graphql-ws', 'umd/graphql-ws.min.js'],
  ['graphiql', 'graphiql.min.js'],
];

/** The maps of the sources are not served. */
const withoutMap = (text) => text.replace(/\n?\/[/*]# sourceMappingURL=.*\s*$/, '\n');

/** What is served, by the names of the files. */
export function bundle() {
  const script = ([name, file]) => `/* ${name} ${version(name)} */\n${withoutMap(read(name, file))}`;
  const licence = (name) => `${name} ${version(name)}\n\n${read(name, name === 'graphql-ws' ? 'LICENSE.md' : 'LICENSE').trim()}\n`;
  return {
    'editor.js': SCRIPTS.map(script).join('\n'),
    'editor.css': `/* graphiql ${version('graphiql')} */\n${withoutMap(read('graphiql', 'graphiql.min.css'))}`,
    'LICENSES.txt': `What the program serves of other projects at /graphiql. GraphiQL's file holds the packages that it depends on.\n\n${PACKAGES.map(licence).join('\n----\n\n')}`,
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(FOLDER, { recursive: true });
  for (const [name, text] of Object.entries(bundle())) {
    const isText = name.endsWith('.txt');
    writeFileSync(join(FOLDER, isText ? name : `${name}.gz`), isText ? text : gzipSync(text, { level: 9 }));
  }
}
