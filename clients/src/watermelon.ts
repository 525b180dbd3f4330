/** WatermelonDB: schema and `synchronize()` of what a phone carries. */
import { type AppSchema, type Database, Q, appSchema, tableSchema } from '@nozbe/watermelondb';
import { synchronize } from '@nozbe/watermelondb/sync/index.js';
import { setGenerator } from '@nozbe/watermelondb/utils/common/randomId/index.js';
import { type CollectionName, type TableName, tables, watermelonTables } from './generated.js';
import { uuidv7 } from './ids.js';
import { Journal, type Kept, type Mutation, type Shelf } from './journal.js';
import { type Session, throwFirst } from './session.js';

const TABLES = Object.keys(watermelonTables) as TableName[];
/** Ids of rows with unsent edits that one pull may name. */
const DIRTY_LIMIT = 10_000;
/** Rows in one request of a push: what has arrived of a long one need not be sent again in vain. */
const PUSH_LIMIT = 500;
/** Letters of one request of a push; in UTF-8 they are at most three times as many bytes, and 8 MiB are taken. */
const PUSH_LETTERS = 2 << 20;
/** Names no place: the server begins anew. */
const NO_NUMBER = -1;
const BEGUN_ANEW = 'xunfang_begun_anew';
/** The places of what is kept, and what is kept at each. */
const KEPT = 'xunfang_kept';
/** How often a pull is repeated because of rows that were edited meanwhile; then it is for the next sync. */
const TRIES = 5;

/** The tables that an app carries, or all, as `tableSchema()` takes them, to be put beside its own. They may be named as collections. */
export function xunfangTables(names: readonly (TableName | CollectionName)[] = TABLES): ReturnType<typeof tableSchema>[] {
  return names.map((named) => {
    const name = tables[named as CollectionName] ?? (named as TableName);
    return tableSchema({ name, columns: watermelonTables[name] as any });
  });
}

/** The schema of an app that keeps nothing else. */
export function xunfangSchema(version = 1, names: readonly (TableName | CollectionName)[] = TABLES): AppSchema {
  return appSchema({ version, tables: xunfangTables(names) });
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
  /** The history of its database. */
  epoch: string;
  /** What was acknowledged before this may be forgotten. */
  forgetBefore: string;
  /** It takes the place of everything the phone holds. */
  experimentalStrategy?: 'replacement';
  /** The server did not know where the phone stood, and could not replace what waits to be sent. */
  begunAnew?: boolean;
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
 * The library's own place for what is no row: it outlives the app, and goes when the database is reset.
 * It is part of the app's database, so no second one can be left behind.
 */
function shelfOf({ localStorage }: Database): Shelf {
  const places = async () => (await localStorage.get<string[]>(KEPT)) ?? [];
  const at = (place: string) => `${KEPT}_${place}`;
  return {
    isAlone: () => true,
    async all() {
      const kept = await Promise.all((await places()).map((place) => localStorage.get<Kept>(at(place))));
      return kept.filter((it) => it !== undefined);
    },
    async put(kept) {
      await localStorage.set(at(kept.place), kept);
      const known = await places();
      if (!known.includes(kept.place)) {
        await localStorage.set(KEPT, [...known, kept.place]);
      }
    },
    async remove(place) {
      await localStorage.set(KEPT, (await places()).filter((it) => it !== place));
      await localStorage.remove(at(place));
    },
  };
}

/** One for a database and a session: it knows what it has read, and what it must not send again yet. */
const journals = new WeakMap<Database, WeakMap<Session, Journal>>();

function journalOf(database: Database, session: Session): Journal {
  const ofDatabase = journals.get(database) ?? new WeakMap<Session, Journal>();
  journals.set(database, ofDatabase);
  const journal = ofDatabase.get(session) ?? new Journal(() => shelfOf(database), session);
  ofDatabase.set(session, journal);
  return journal;
}

/** How many mutations are kept until a backup of the server has them. */
export function keptMutations(database: Database, session: Session): Promise<number> {
  return journalOf(database, session).size();
}

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
  // Once all is sent, what the server has takes the place of what is here.
  const isAnew = (await database.localStorage.get<boolean>(BEGUN_ANEW)) === true;
  // The client refuses an answer with a table that its schema does not have.
  const carried = TABLES.filter((name) => (database as any).schema.tables[name]);
  const journal = journalOf(database, session);
  let isReplaced = false;
  let isOver = false;
  await synchronize({
    database,
    log,
    migrationsEnabledAtVersion,
    // The server sends everything as updated: it cannot know what a phone already has.
    sendCreatedAsUpdated: true,
    pullChanges: async (asked: any) => {
      for (let left = TRIES; ; left -= 1) {
        const dirtyIds = await dirty(database);
        const lastPulledAt = isAnew ? NO_NUMBER : asked.lastPulledAt;
        const { begunAnew, epoch, forgetBefore, ...answer } = await pull(session, { ...asked, tables: carried, lastPulledAt, dirtyIds, limit });
        const given = journal.timesGivenBack;
        // Before anything is removed for not being there, and before what was written since.
        await journal.giveBack(epoch);
        if (journal.timesGivenBack !== given) {
          continue;
        }
        await journal.forget(forgetBefore, epoch);
        if (begunAnew) {
          await database.localStorage.set(BEGUN_ANEW, true);
        }
        // The server was not told of rows that were edited while it answered, and what takes them
        // away would take the edits with them.
        if (!endangers(answer, dirtyIds, await dirty(database))) {
          isReplaced = answer.experimentalStrategy !== undefined;
          if (isReplaced) {
            await spare(database, answer.changes, await journal.expected(epoch));
          }
          return answer as any;
        }
        if (left <= 0) {
          throw new Error('rows were edited as often as they were pulled: sync again');
        }
      }
    },
    pushChanges: async ({ changes, lastPulledAt }: any) => {
      const scope = session.scope;
      for (const part of parts(changes)) {
        const handedOver: Mutation[] = [];
        if (part instanceof Oversize) {
          const [kind, recordId, payload] = [`${part.collection}.row`, part.id, part.content];
          await session.keepOversize(kind, recordId, payload);
          handedOver.push({ kind, recordId, payload });
        }
        const rows = part instanceof Oversize ? {} : part;
        for (;;) {
          const keeps = { epoch: await journal.epoch() };
          const answer = await post(session, '/sync/push', { changes: rows, lastPulledAt, keeps });
          isOver ||= answer.wipe;
          if (!answer.giveBack) {
            await journal.keep({ ...answer, mutations: [...handedOver, ...answer.mutations] }, scope);
            break;
          }
          await journal.giveBack(answer.epoch);
        }
      }
    },
  });
  if (isAnew && isReplaced) {
    await database.localStorage.remove(BEGUN_ANEW);
  }
  if (isOver) {
    await options.onWipe?.();
  }
}

interface Asked {
  lastPulledAt?: number | null;
  schemaVersion: number;
  migration?: unknown;
  tables: TableName[];
  dirtyIds: Ids;
  limit?: number;
}
type Ids = Record<string, string[]>;
type Pulled = Omit<PullAnswer, 'hasMore' | 'contactId'>;

/** All pages of a pull as one answer. */
async function pull(session: Session, { lastPulledAt, migration, ...asked }: Asked): Promise<Pulled> {
  let since = lastPulledAt ?? null;
  let told = migration ?? null;
  const changes: Changes = {};
  let strategy: Pick<PullAnswer, 'experimentalStrategy' | 'begunAnew'> = {};
  for (;;) {
    const page: PullAnswer = await post(session, '/sync/pull', { ...asked, lastPulledAt: since, migration: told });
    if (page.contactId) {
      session.noteContact(page.contactId);
    }
    merge(changes, page.changes);
    const { experimentalStrategy, begunAnew } = page;
    if (experimentalStrategy || begunAnew) {
      strategy = { experimentalStrategy, begunAnew };
    }
    if (!page.hasMore) {
      const { timestamp, epoch, forgetBefore } = page;
      return { changes, timestamp, epoch, forgetBefore, ...strategy };
    }
    since = page.timestamp;
    // The place the server gave back knows what is left of the migration.
    told = null;
  }
}

/** Whether an answer would destroy a row that was edited after the server was told what is unsent. */
function endangers({ changes, experimentalStrategy }: Pick<Pulled, 'changes' | 'experimentalStrategy'>, told: Ids, present: Ids): boolean {
  return Object.entries(present).some(([table, ids]) => {
    const known = new Set(told[table]);
    const gone = new Set(changes[table]?.deleted);
    return ids.some((id) => !known.has(id) && (experimentalStrategy !== undefined || gone.has(id)));
  });
}

/**
 * Lets rows stay that an answer would take away because it takes the place of everything, though the
 * server may yet come to have them.
 */
async function spare(database: Database, changes: Changes, expected: Set<string> | undefined): Promise<void> {
  for (const [table, { created, updated, deleted }] of Object.entries(changes)) {
    const told = new Set([...created, ...updated].map(({ id }) => id).concat(deleted));
    const ids = expected && [...expected].filter((id) => !told.has(id));
    const rows = await database.get(table).query(...(ids ? [Q.where('id', Q.oneOf(ids))] : [])).fetch();
    for (const { _raw } of rows.filter(({ id }) => !told.has(id))) {
      const { _status, _changed, ...row } = _raw as unknown as Row;
      updated.push(row as Row);
    }
  }
}

/** A row that fits into no push. */
class Oversize {
  constructor(
    readonly collection: string,
    readonly id: string,
    readonly content: string,
  ) {}
}

/** The unsent rows of our tables, parents first, as many at a time as fit into one request. */
function* parts(changes: Changes): Generator<Changes | Oversize> {
  let part: Changes = {};
  let size = 0;
  let letters = 0;
  for (const table of TABLES) {
    for (const list of ['created', 'updated', 'deleted'] as const) {
      // The library gives new rows in any order; ids of UUID v7 tell in which they were made.
      const rows = [...(changes[table]?.[list] ?? [])] as (Row | string)[];
      for (const row of list === 'created' ? rows.sort(byId) : rows) {
        const content = JSON.stringify(row);
        if (size === PUSH_LIMIT || (size > 0 && letters + content.length > PUSH_LETTERS)) {
          yield part;
          part = {};
          size = 0;
          letters = 0;
        }
        if (content.length > PUSH_LETTERS && typeof row !== 'string') {
          const collection = Object.keys(tables).find((name) => tables[name as CollectionName] === table) ?? table;
          yield new Oversize(collection, row.id, content);
          continue;
        }
        part[table] ??= { created: [], updated: [], deleted: [] };
        (part[table][list] as unknown[]).push(row);
        size += 1;
        letters += content.length;
      }
    }
  }
  if (size > 0) {
    yield part;
  }
}

function byId(one: Row | string, other: Row | string): number {
  const [first, second] = [one, other].map((row) => (typeof row === 'string' ? row : row.id)) as [string, string];
  return first < second ? -1 : Number(first > second);
}

/** Rows with unsent edits: while they are named, the server does not remove them. */
async function dirty(database: Database): Promise<Ids> {
  const ids: Ids = {};
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
