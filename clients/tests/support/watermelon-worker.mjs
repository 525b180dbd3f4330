// A phone with WatermelonDB.
import { Database, Model, Q } from '@nozbe/watermelondb';
import LokiJSAdapter from '@nozbe/watermelondb/adapters/lokijs/index.js';
import { synchronize } from '@nozbe/watermelondb/sync/index.js';
import Logger from '@nozbe/watermelondb/utils/common/logger/index.js';
import { Session, uuidv7 } from '../../dist/index.js';
import { syncXunfang, useUuidV7, xunfangSchema } from '../../dist/watermelon.js';
import { serve } from './worker.mjs';

(Logger.default ?? Logger).silence();

const Adapter = LokiJSAdapter.default ?? LokiJSAdapter;
let database;
let session;
let options;
let credentials;

const classOf = (table) =>
  class extends Model {
    static table = table;
  };

/** As anybody writes it who reads WatermelonDB's page and knows nothing of ours. */
async function plainly() {
  const post = async (path, body) => {
    const answer = await session.fetch(`${session.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) {
      throw new Error(await answer.text());
    }
    return answer.json();
  };
  await synchronize({
    database,
    sendCreatedAsUpdated: options.sendCreatedAsUpdated ?? true,
    ...(options.migrations && { migrationsEnabledAtVersion: 1 }),
    pullChanges: ({ lastPulledAt, schemaVersion, migration }) => post('/sync/pull', { lastPulledAt, schemaVersion, migration }),
    pushChanges: ({ changes, lastPulledAt }) => post('/sync/push', { changes, lastPulledAt }),
  });
}

/** Columns are written as they are, past the accessors that an app would declare. */
const assign = (row, values) => Object.entries(values).forEach(([name, value]) => row._setRaw(name, value));

serve({
  async open({ url, account, password, deviceId, mode = 'helper', schema, ...more }) {
    options = { mode, ...more };
    credentials = [account, password];
    session = new Session({ url, deviceId });
    await session.signIn(...credentials);
    useUuidV7();
    const used = schema ?? xunfangSchema(1);
    const adapter = new Adapter({
      dbName: `phone-${uuidv7()}`,
      schema: used,
      ...(options.migrations && { migrations: options.migrations }),
      useWebWorker: false,
      useIncrementalIndexedDB: true,
      extraLokiOptions: { autosave: false },
    });
    database = new Database({ adapter, modelClasses: Object.keys(used.tables).map(classOf) });
  },

  sync: () => (options.mode === 'plain' ? plainly() : syncXunfang({ database, session, ...options })),

  async insert(table, { id, witnessed, ...values }) {
    await database.write(() =>
      database.get(table).create((row) => {
        if (id) {
          row._raw.id = id;
        }
        assign(row, values);
        if (witnessed) {
          const { contactId, bootId, elapsedMs, observedAt } = session.observed();
          assign(row, { boot_id: bootId, observed_at: Date.parse(observedAt) });
          assign(row, contactId ? { contact_id: contactId, elapsed_ms: elapsedMs } : {});
        }
      }),
    );
  },

  async patch(table, id, values) {
    await database.write(async () => {
      const row = await database.get(table).find(id);
      await row.update(() => assign(row, values));
    });
  },

  async remove(table, id) {
    await database.write(async () => (await database.get(table).find(id)).markAsDeleted());
  },

  async get(table, id) {
    const [row] = await database.get(table).query(Q.where('id', id)).fetch();
    return row && { ...row._raw };
  },

  async all(table) {
    return (await database.get(table).query().fetch()).map((row) => ({ ...row._raw }));
  },

  count: (table) => database.get(table).query().fetchCount(),
  lastPulledAt: () => database.adapter.getLocal('__watermelon_last_pulled_at'),
  signInAgain: () => session.signIn(...credentials),
  observed: () => session.observed(),

  async close() {
    const open = database;
    database = undefined;
    await open.write(() => open.unsafeResetDatabase());
  },
});
