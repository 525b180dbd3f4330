// A phone with RxDB.
import { createRxDatabase } from 'rxdb/plugins/core';
import {
  pullQueryBuilderFromRxSchema,
  pullStreamBuilderFromRxSchema,
  pushQueryBuilderFromRxSchema,
  replicateGraphQL,
} from 'rxdb/plugins/replication-graphql';
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory';
import { wrappedValidateAjvStorage } from 'rxdb/plugins/validate-ajv';
import { Session, rxSchemas, uuidv7 } from '../../dist/index.js';
import { replicateXunfang, xunfangCollections } from '../../dist/rxdb.js';
import { serve } from './worker.mjs';

let database;
let session;
let replications = {};
let stats;
let credentials;

const RETRY_MS = 100;
const socketRetryMs = () => 50;

/** As anybody writes it who reads RxDB's page and knows nothing of ours. */
function plainly(collection, { batchSize, pushBatchSize, live = true, token }) {
  const name = collection.name;
  const input = { schema: rxSchemas[name], checkpointFields: ['cursor', 'epoch'], deletedField: 'deleted' };
  return replicateGraphQL({
    collection,
    replicationIdentifier: `plain-${name}`,
    url: { http: `${session.url}/graphql`, ws: session.socketUrl },
    headers: { Authorization: `Bearer ${token}` },
    deletedField: 'deleted',
    live,
    retryTime: RETRY_MS,
    pull: {
      batchSize,
      queryBuilder: pullQueryBuilderFromRxSchema(name, input),
      streamQueryBuilder: pullStreamBuilderFromRxSchema(name, input),
      includeWsHeaders: true,
      wsOptions: { retryAttempts: Infinity, retryWait: () => new Promise((next) => setTimeout(next, socketRetryMs())) },
    },
    push: { batchSize: pushBatchSize, queryBuilder: pushQueryBuilderFromRxSchema(name, input) },
  });
}

/** A handler as people write them: by field, the phone wins where the master has not moved. */
const threeWay = {
  isEqual: (one, other) => JSON.stringify(sorted(one)) === JSON.stringify(sorted(other)),
  resolve({ newDocumentState, assumedMasterState, realMasterState }) {
    const merged = { ...realMasterState };
    if (!assumedMasterState || realMasterState._deleted) {
      return realMasterState;
    }
    for (const [name, value] of Object.entries(newDocumentState)) {
      const isMine = value !== assumedMasterState[name];
      const isTheirs = realMasterState[name] !== assumedMasterState[name];
      if (isMine && !isTheirs) {
        merged[name] = value;
      }
    }
    return merged;
  },
};
const sorted = (row) => Object.entries(row).filter(([name]) => !name.startsWith('_m')).sort();

const uncaught = serve({
  async open({ url, account, password, deviceId, collections, mode = 'helper', handler, ...options }) {
    session = new Session({ url, deviceId });
    credentials = [account, password];
    await session.signIn(account, password);
    const memory = getRxStorageMemory();
    const storage = options.validated ? wrappedValidateAjvStorage({ storage: memory }) : memory;
    database = await createRxDatabase({ name: `phone-${uuidv7()}`, storage, multiInstance: false });
    const all = xunfangCollections();
    const own = Object.fromEntries(collections.map((name) => [name, { ...all[name] }]));
    if (mode === 'plain') {
      for (const collection of Object.values(own)) {
        delete collection.conflictHandler;
        if (handler === 'threeWay') {
          collection.conflictHandler = threeWay;
        }
      }
    }
    await database.addCollections(own);
    stats = { errors: [], conflicts: 0, sent: 0, removed: [] };
    uncaught.length = 0;
    const token = await session.token();
    for (const name of collections) {
      database[name].$.subscribe(({ operation, documentId }) => operation === 'DELETE' && stats.removed.push(documentId));
      if (mode === 'helper') {
        const helped = { resyncMs: 0, retryTime: RETRY_MS, socketRetryMs, ...options };
        replications[name] = replicateXunfang(database[name], session, helped);
      } else {
        replications[name] = { state: plainly(database[name], { token, ...options }) };
      }
      const { state } = replications[name];
      state.error$.subscribe((error) => stats.errors.push(told(error)));
      state.conflict$.subscribe(() => (stats.conflicts += 1));
      state.sent$.subscribe(() => (stats.sent += 1));
    }
    if (options.waitForFirst !== false) {
      await Promise.all(states().map((state) => state.awaitInitialReplication()));
    }
  },

  /** A new row; made now, as the session witnesses it, if it says so. */
  async insert(collection, { witnessed, ...row }) {
    const columns = rxSchemas[collection].properties;
    const witness = witnessed && 'contactId' in columns ? session.observed() : {};
    await database[collection].insert({ id: uuidv7(), ...row, ...witness });
  },

  async insertAll(collection, rows) {
    const { error } = await database[collection].bulkInsert(rows);
    return error.length;
  },

  async patch(collection, id, changes) {
    const row = await database[collection].findOne(id).exec();
    if (!row) {
      throw new Error(`there is no ${collection} ${id}`);
    }
    await row.incrementalPatch(changes);
  },

  async remove(collection, id) {
    await (await database[collection].findOne(id).exec()).remove();
  },

  async get(collection, id) {
    return (await database[collection].findOne(id).exec())?.toJSON();
  },

  async all(collection) {
    return (await database[collection].find().exec()).map((row) => row.toJSON());
  },

  count: (collection) => database[collection].count().exec(),
  signInAgain: () => session.signIn(...credentials),
  observed: () => session.observed(),
  resync: () => states().forEach((state) => state.reSync()),
  sweep: (collection) => replications[collection].sweep(),
  stats: () => ({ ...stats, uncaught }),
  kept: () => Object.values(replications)[0].kept(),
  inSync: async () => void (await Promise.all(states().map((state) => state.awaitInSync()))),
  isActive: () => states().some((state) => state.subjects.active.getValue()),

  async close() {
    const open = database;
    database = undefined;
    replications = {};
    await open.close();
  },
});

const states = () => Object.values(replications).map(({ state }) => state);

function told(error) {
  const parts = error.parameters?.errors ?? [];
  return [error.code, ...parts.map((part) => part.extensions?.code ?? part.message ?? '')].join(' ');
}
