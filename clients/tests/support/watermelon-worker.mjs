// A phone with WatermelonDB on LokiJS in memory. Rows come and go in the names of `rows.json`, as with
// RxDB, so that tests need not know which library a phone has.
import watermelon from '@nozbe/watermelondb';
import LokiJS from '@nozbe/watermelondb/adapters/lokijs/index.js';
import diagnostics from '@nozbe/watermelondb/diagnostics/index.js';
import migrations from '@nozbe/watermelondb/Schema/migrations/index.js';
import sync from '@nozbe/watermelondb/sync/index.js';
import randomId from '@nozbe/watermelondb/utils/common/randomId/index.js';
import libraryId from '@nozbe/watermelondb/utils/common/randomId/randomId.js';
import logger from '@nozbe/watermelondb/utils/common/logger/index.js';
import Loki from 'lokijs';
import { Session, columns as collectionColumns, tables, uuidv7, watermelonTables } from '../../dist/index.js';
import { keptMutations, syncXunfang, useUuidV7, xunfangSchema } from '../../dist/watermelon.js';
import { serve } from './worker.mjs';

const { Database, Model, appSchema, tableSchema } = watermelon;

let adapter;
let database;
let session;
let options;
let credentials;
let stats;
let running = 0;

// The library tells of faults only here.
const logged = [];
for (const level of ['error', 'warn', 'log']) {
  logger.default[level] = (...parts) => level === 'error' && logged.push(parts.map(String).join(' '));
}

const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const table = (collection) => tables[collection] ?? collection;
const columns = (collection) => Object.entries(collectionColumns[collection] ?? {});

function databaseOf(adapter) {
  const models = Object.keys(adapter.schema.tables).map(
    (name) =>
      class extends Model {
        static table = name;
      },
  );
  return new Database({ adapter, modelClasses: models });
}

/** The schema of another app: it lacks tables and columns of ours, and has some of its own. */
function schemaOf({ lacks = {}, extras = {} }, version) {
  const kept = Object.entries(watermelonTables).filter(([name]) => lacks[name] !== true);
  const own = (name) => (extras[name] ?? []).map((name) => ({ name, type: 'string', isOptional: true }));
  const ours = kept.map(([name, columns]) => {
    const had = columns.filter((column) => !(lacks[name] ?? []).includes(column.name));
    return tableSchema({ name, columns: [...had, ...own(name)] });
  });
  const others = Object.keys(extras).filter((name) => !watermelonTables[name]);
  return appSchema({ version, tables: [...ours, ...others.map((name) => tableSchema({ name, columns: own(name) }))] });
}

async function raw(collection, id) {
  try {
    const { _raw } = await database.get(table(collection)).find(id);
    return _raw._status === 'deleted' ? undefined : _raw;
  } catch {
    return undefined;
  }
}

/** A row as the tests know it. */
function told(collection, raw) {
  const row = { id: raw.id };
  for (const [name, { shape }] of columns(collection)) {
    const value = raw[snake(name)] ?? null;
    // Where a column is not optional, nothing is 0 or an empty text.
    row[name] = shape === 'moment' && value === 0 ? null : value;
  }
  return row;
}

function written(collection, row) {
  const known = collectionColumns[collection] ?? {};
  const values = Object.entries(row).map(([name, value]) => {
    const isMoment = known[name]?.shape === 'moment' && typeof value === 'string';
    return [snake(name), isMoment ? new Date(value).getTime() : value];
  });
  return Object.fromEntries(values);
}

/** As anybody writes it who reads WatermelonDB's page and knows nothing of ours. */
function plainly() {
  const headers = async () => ({ 'content-type': 'application/json', authorization: `Bearer ${await session.token()}` });
  return {
    database,
    sendCreatedAsUpdated: options.sendCreatedAsUpdated ?? true,
    migrationsEnabledAtVersion: 1,
    _unsafeBatchPerCollection: options.batchPerCollection,
    pullChanges: pull,
    async pushChanges({ changes, lastPulledAt }) {
      const body = JSON.stringify({ changes, lastPulledAt });
      const response = await fetch(`${session.url}/sync/push`, { method: 'POST', headers: await headers(), body });
      if (!response.ok) {
        throw new Error(await response.text());
      }
      return response.json();
    },
  };
  async function pull({ lastPulledAt, schemaVersion, migration }) {
    let response;
    if (options.get) {
      // As on the page of the library.
      const query = `lastPulledAt=${lastPulledAt ?? ''}&schemaVersion=${schemaVersion}&migration=${encodeURIComponent(JSON.stringify(migration))}`;
      response = await fetch(`${session.url}/sync/pull?${query}`, { headers: await headers() });
    } else {
      const body = JSON.stringify({ lastPulledAt, schemaVersion, migration });
      response = await fetch(`${session.url}/sync/pull`, { method: 'POST', headers: await headers(), body });
    }
    if (!response.ok) {
      throw new Error(await response.text());
    }
    const { changes, timestamp } = await response.json();
    return { changes, timestamp };
  }
}

/** Says that nothing is unsent, as the server's page shows it for clients that do not name what is. */
async function pushNothing() {
  const number = JSON.parse((await adapterLocal('__watermelon_last_pulled_at')) ?? 'null');
  await plainly().pushChanges({ changes: {}, lastPulledAt: number });
}

const watched = (promise) => {
  running += 1;
  return promise.finally(() => (running -= 1));
};

/** One synchronize() of the kind this phone has. */
function once() {
  stats.syncs += 1;
  if (options.mode === 'plain') {
    return watched(sync.synchronize(plainly()));
  }
  return watched(syncXunfang({ database, session, limit: options.limit, log: (stats.log = {}) }));
}

const uncaught = serve({
  async open({ url, account, password, deviceId, mode = 'helper', ids = 'uuid', collections, lacks, hasMigrations = true, ...more }) {
    session = new Session({ url, deviceId });
    options = { mode, ...more };
    credentials = [account, password];
    await session.signIn(...credentials);
    if (ids === 'uuid') {
      useUuidV7();
    } else {
      // What it makes when nobody says otherwise.
      randomId.setGenerator(libraryId.default);
    }
    const schema = lacks || more.extras ? schemaOf({ lacks, extras: more.extras }, 1) : xunfangSchema(1, collections);
    adapter = new LokiJS.default({
      dbName: `phone-${uuidv7()}`,
      schema,
      ...(hasMigrations && { migrations: migrations.schemaMigrations({ migrations: [] }) }),
      useWebWorker: false,
      useIncrementalIndexedDB: false,
      _testLokiAdapter: new Loki.LokiMemoryAdapter(),
      // It saves nothing by itself, but what is there when it is closed.
      extraLokiOptions: { autosave: true, autosaveInterval: 1e9 },
    });
    database = databaseOf(adapter);
    await database.initializingPromise;
    stats = { syncs: 0, removed: [] };
    for (const name of Object.keys(schema.tables)) {
      database.get(name).changes.subscribe((changes) => {
        const gone = changes.filter(({ type }) => type === 'destroyed');
        stats.removed.push(...gone.map(({ record }) => record.id));
      });
    }
    logged.length = 0;
    uncaught.length = 0;
    if (more.waitForFirst !== false) {
      await once();
    }
  },

  /** A new row; made now, as the session witnesses it, if it says so. */
  insert(collection, { witnessed, ...row }) {
    const witness = witnessed && 'contactId' in (collectionColumns[collection] ?? {}) ? session.observed() : {};
    const values = written(collection, { ...row, ...witness });
    return database.write(async () => {
      const made = await database.get(table(collection)).create((record) => {
        const { id, ...rest } = values;
        if (id !== undefined) {
          record._raw.id = id;
        }
        Object.entries(rest).forEach(([name, value]) => record._setRaw(name, value));
      });
      return made.id;
    });
  },

  patch(collection, id, changes) {
    return database.write(async () => {
      const record = await database.get(table(collection)).find(id);
      await record.update(() => {
        Object.entries(written(collection, changes)).forEach(([name, value]) => record._setRaw(name, value));
      });
    });
  },

  remove(collection, id) {
    return database.write(async () => (await database.get(table(collection)).find(id)).markAsDeleted());
  },

  async get(collection, id) {
    const found = await raw(collection, id);
    return found && told(collection, found);
  },

  /** The row with what the library keeps beside it. */
  raw: (collection, id) => raw(collection, id),

  async all(collection) {
    const records = await database.get(table(collection)).query().fetch();
    return records.map((record) => told(collection, record._raw));
  },

  count: (collection) => database.get(table(collection)).query().fetchCount(),
  signInAgain: () => session.signIn(...credentials),
  observed: () => session.observed(),
  once,
  pushNothing,
  twice: async () => (await Promise.allSettled([once(), once()])).map(({ reason }) => (reason ? String(reason.message) : null)),
  isRunning: () => running > 0,
  hasUnsynced: () => sync.hasUnsyncedChanges({ database }),
  lastPulledAt: async () => JSON.parse((await adapterLocal('__watermelon_last_pulled_at')) ?? 'null'),
  setLastPulledAt: (value) =>
    new Promise((done) => adapter.setLocal('__watermelon_last_pulled_at', String(value), () => done())),
  kept: () => keptMutations(database, session),
  stats: () => ({ ...stats, log: undefined, logged, uncaught }),

  /** Until nothing is unsent, and what the last push came to has come home. */
  async inSync() {
    for (let count = 0; count < 3 || (await sync.hasUnsyncedChanges({ database })); count += 1) {
      if (count > 8) {
        throw new Error('it never comes to rest');
      }
      await once();
      if (options.mode === 'plain' && !(await sync.hasUnsyncedChanges({ database }))) {
        await pushNothing();
      }
    }
  },

  /** The library's own oracle. */
  async diagnose() {
    const { pullChanges } = plainly();
    const synchronize = once;
    const { issueCount, log } = await diagnostics.diagnoseSyncConsistency({
      db: database,
      synchronize,
      pullChanges: async (asked) => (await pullChanges(asked)).changes,
    });
    return { issueCount, log };
  },

  /** The app is updated to the whole schema, and started again on what the phone holds. */
  async update() {
    const full = xunfangSchema(2);
    const steps = [];
    for (const [name, { columnArray }] of Object.entries(full.tables)) {
      const had = database.schema.tables[name];
      if (!had) {
        steps.push(migrations.createTable({ name, columns: columnArray }));
        continue;
      }
      const columns = columnArray.filter((column) => !had.columns[column.name]);
      if (columns.length > 0) {
        steps.push(migrations.addColumns({ table: name, columns }));
      }
    }
    adapter = await adapter.testClone({
      schema: full,
      migrations: migrations.schemaMigrations({ migrations: [{ toVersion: 2, steps }] }),
    });
    database = databaseOf(adapter);
    await database.initializingPromise;
  },

  async close() {
    database = undefined;
    adapter = undefined;
  },
});

function adapterLocal(key) {
  return new Promise((done, fail) => adapter.getLocal(key, ({ value, error }) => (error ? fail(error) : done(value))));
}
