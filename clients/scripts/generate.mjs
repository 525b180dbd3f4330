// Writes src/generated.ts from rows.json, and src/mutations.ts from schema/mutations.json. The program prints both:
// `xunfang schema --rows`, `xunfang schema --mutations`.
import { compile } from 'json-schema-to-typescript';
import { readFileSync, writeFileSync } from 'node:fs';

const here = (path) => new URL(`../${path}`, import.meta.url);
const collections = JSON.parse(readFileSync(here('rows.json'), 'utf8'));

const SEQ = { name: 'seq', shape: 'number', written: 'by_server', optional: false, about: 'Version of the record.' };
const upper = (name) => name[0].toUpperCase() + name.slice(1);
const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const quoted = (text) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
const isTime = ({ shape }) => shape === 'moment';

const typeScript = ({ shape }) => ({ flag: 'boolean', number: 'number' })[shape] ?? 'string';
const rxdb = ({ shape }) => ({ flag: 'boolean', number: 'number' })[shape] ?? 'string';
const watermelon = (column) => (isTime(column) ? 'number' : typeScript(column));

const columnsOf = ({ columns }) => [...columns, SEQ];

const rowType = (face) => `/** A row of \`${face.collection}\`. What the server fills in is missing until it has come home. */
export interface ${upper(face.collection)}Row {
  id: string;
${columnsOf(face)
  .map((column) => `  /** ${column.about} */\n  ${column.name}?: ${typeScript(column)};`)
  .join('\n')}
}`;

const shapes = (face) => `  ${face.collection}: {
${columnsOf(face)
  .map(({ name, shape, written, optional }) => {
    return `    ${name}: { shape: ${quoted(shape)}, written: ${quoted(written)}, optional: ${optional} },`;
  })
  .join('\n')}
  },`;

const rxSchema = (face) => `  ${face.collection}: {
    title: ${quoted(face.collection)},
    version: 0,
    type: 'object',
    primaryKey: 'id',
    properties: {
      id: { type: 'string', maxLength: 36 },
${columnsOf(face)
  .map((column) => `      ${column.name}: { type: ${quoted(rxdb(column))} },`)
  .join('\n')}
    },
    required: ['id'],
  },`;

const table = (face) => `  ${face.table}: [
${columnsOf(face)
  .map((column) => {
    const optional = column.optional ? ', isOptional: true' : '';
    const indexed = column.shape === 'id' ? ', isIndexed: true' : '';
    return `    { name: ${quoted(snake(column.name))}, type: ${quoted(watermelon(column))}${optional}${indexed} },`;
  })
  .join('\n')}
  ],`;

const union = (name) => collections.map((face) => `\n  | ${quoted(face[name])}`).join('');
const all = (part) => collections.map(part).join('\n');
const text = `// Written by scripts/generate.mjs from rows.json; do not edit.

export type CollectionName =${union('collection')};
export type TableName =${union('table')};

/** What a column holds. */
export type Shape = 'id' | 'text' | 'word' | 'number' | 'flag' | 'moment' | 'json';
/** What becomes of what a phone writes into a column; see docs/sync.md of the server. */
export type Written = 'by_server' | 'once' | 'edited' | 'by_step' | 'as_witness';

export interface Column {
  shape: Shape;
  written: Written;
  optional: boolean;
}

${collections.map(rowType).join('\n\n')}

export interface Rows {
${all(({ collection }) => `  ${collection}: ${upper(collection)}Row;`)}
}

/** What WatermelonDB calls the collections. */
export const tables: Record<CollectionName, TableName> = {
${all(({ collection, table }) => `  ${collection}: ${quoted(table)},`)}
};

export const columns: Record<CollectionName, Record<string, Column>> = {
${all(shapes)}
};

export interface RxSchema {
  title: string;
  version: 0;
  type: 'object';
  primaryKey: 'id';
  properties: Record<string, { type: 'string' | 'number' | 'boolean'; maxLength?: number }>;
  required: string[];
}

/** RxDB: parents first. Moments are RFC 3339, JSON is text. */
export const rxSchemas: Record<CollectionName, RxSchema> = {
${all(rxSchema)}
};

export interface WatermelonColumn {
  name: string;
  type: 'string' | 'number' | 'boolean';
  isOptional?: boolean;
  isIndexed?: boolean;
}

/** WatermelonDB: parents first. Moments are milliseconds since 1970, JSON is text. */
export const watermelonTables: Record<TableName, WatermelonColumn[]> = {
${all(table)}
};
`;

writeFileSync(here('src/generated.ts'), text);

const mutations = JSON.parse(readFileSync(here('../schema/mutations.json'), 'utf8'));
const types = await compile(mutations, 'Mutation', {
  additionalProperties: false,
  bannerComment: '// Written by scripts/generate.mjs from schema/mutations.json; do not edit.',
  style: { printWidth: 120, singleQuote: true },
});
writeFileSync(here('src/mutations.ts'), types);
