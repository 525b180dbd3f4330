/** WatermelonDB: schema and `synchronize()` of what a phone carries. */
import { type AppSchema, type Database, Q, appSchema, tableSchema } from '@nozbe/watermelondb';
import { synchronize } from '@nozbe/watermelondb/sync/index.js';
import { setGenerator } from '@nozbe/watermelondb/utils/common/randomId/index.js';
import { type TableName, watermelonTables } from './generated.js';
import { uuidv7 } from './ids.js';
import { type Session, throwFirst } from './session.js';

const TABLES = Object.keys(watermelonTables) as TableName[];
/** Ids of rows with unsent edits that one pull may name. */
const DIRTY_LIMIT = 1000;

/** The tables as `tableSchema()` takes them, to be put beside those of the app. */
export function xunfangTables(): ReturnType<typeof tableSchema>[] {
  return TABLES.map((name) => tableSchema({ name, columns: watermelonTables[name] as any }));
}

/** The schema of an app that keeps nothing else. */
export function xunfangSchema(version = 1): AppSchema {
  return appSchema({ version, tables: xunfangTables() });
}

/** Lets WatermelonDB make ids that the server takes. Call it once, before the first row is made. */
export function useUuidV7(): void {
  setGenerator(() => uuidv7());
}

interface TableChanges {
  created: Row[];
  updated: Row[];
  deleted: string[];
}
type Row = { id: string } & Record<string, unknown>;
type Changes = Record<string, TableChanges>;

interface PullAnswer {
  changes: Changes;
  timestamp: number;
  hasMore?: boolean;
  contactId?: string;
  /** Set when everything is given anew: what is not in the answer goes. */
  experimentalStrategy?: 'replacement';
}

export interface SyncOptions {
  database: Database;
  session: Session;
  /** The version of the app's schema from which on its migrations are told to the server; the oldest they know. */
  migrationsEnabledAtVersion?: number;
  /** Rows in one request of a pull. */
  limit?: number;
  log?: any;
  /** The account has left and its work has been taken: remove its data from the phone. */
  onWipe?: () => void | Promise<void>;
}

const running = new WeakMap<Database, Promise<void>>();

/**
 * Pulls, then pushes. Call it when the app starts, after changes, when the network comes back, and
 * every few minutes. While one runs, all callers wait for the same.
 */
export function syncXunfang(options: SyncOptions): Promise<void> {
  const { database } = options;
  const present = running.get(database);
  if (present) {
    return present;
  }
  const sync = run(options).finally(() => running.delete(database));
  running.set(database, sync);
  return sync;
}

async function run(options: SyncOptions): Promise<void> {
  const { database, session, limit, log } = options;
  // An app without migrations must not ask for them.
  const { migrations } = database.adapter as { migrations?: { minVersion: number } };
  const migrationsEnabledAtVersion = options.migrationsEnabledAtVersion ?? migrations?.minVersion;
  let isOver = false;
  await synchronize({
    database,
    log,
    migrationsEnabledAtVersion,
    // The server sends everything as updated: it cannot know what a phone already has.
    sendCreatedAsUpdated: true,
    pullChanges: async ({ lastPulledAt, schemaVersion, migration }: any) => {
      const dirtyIds = await dirty(database);
      let since: number | null = lastPulledAt ?? null;
      let told: unknown = migration ?? null;
      const changes: Changes = {};
      let strategy: PullAnswer['experimentalStrategy'];
      for (;;) {
        const asked = { lastPulledAt: since, schemaVersion, migration: told, dirtyIds, limit };
        const page: PullAnswer = await post(session, '/sync/pull', asked);
        if (page.contactId) {
          session.noteContact(page.contactId);
        }
        merge(changes, page.changes);
        strategy ??= page.experimentalStrategy;
        if (!page.hasMore) {
          const { timestamp } = page;
          return { changes, timestamp, ...(strategy && { experimentalStrategy: strategy }) } as any;
        }
        since = page.timestamp;
        // The place the server gave back knows what is left of the migration.
        told = null;
      }
    },
    pushChanges: async ({ changes, lastPulledAt }: any) => {
      const { wipe, ...told } = await post(session, '/sync/push', { changes, lastPulledAt });
      isOver ||= !!wipe;
      return told;
    },
  });
  if (isOver) {
    await options.onWipe?.();
  }
}

/** Rows with unsent edits: while they are named, the server does not remove them. */
async function dirty(database: Database): Promise<Record<string, string[]>> {
  const ids: Record<string, string[]> = {};
  let left = DIRTY_LIMIT;
  for (const table of TABLES) {
    if (!(database as any).schema.tables[table]) {
      continue;
    }
    const edited = await database.get(table).query(Q.where('_status', 'updated')).fetchIds();
    const created = await database.get(table).query(Q.where('_status', 'created')).fetchIds();
    const deleted = await (database.adapter as any).getDeletedRecords(table);
    const unsent: string[] = [...edited, ...deleted, ...created].slice(0, left);
    left -= unsent.length;
    if (unsent.length > 0) {
      ids[table] = unsent;
    }
  }
  return ids;
}

/** Lays a later page over the earlier ones. WatermelonDB refuses an id in two lists. */
function merge(changes: Changes, page: Changes): void {
  for (const [table, { created, updated, deleted }] of Object.entries(page)) {
    const rows = new Map((changes[table]?.updated ?? []).map((row) => [row.id, row]));
    const gone = new Set(changes[table]?.deleted ?? []);
    for (const id of deleted) {
      rows.delete(id);
      gone.add(id);
    }
    for (const row of [...created, ...updated]) {
      rows.set(row.id, row);
      gone.delete(row.id);
    }
    changes[table] = { created: [], updated: [...rows.values()], deleted: [...gone] };
  }
}

async function post(session: Session, path: string, body: unknown): Promise<any> {
  const headers = { 'content-type': 'application/json' };
  const answer = await session.fetch(`${session.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  const told = (await answer.json()) as any;
  throwFirst(told.errors);
  if (!answer.ok) {
    throw new Error(`the server answered ${answer.status}`);
  }
  return told;
}
