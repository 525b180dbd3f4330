/** RxDB: schemas, conflict handler and replication of what a phone carries. */
import type { RxCollection, RxConflictHandler, RxDatabase } from 'rxdb';
import { GRAPHQL_WEBSOCKET_BY_URL, type RxGraphQLReplicationState, replicateGraphQL } from 'rxdb/plugins/replication-graphql';
import { type CollectionName, type Column, type Rows, type RxSchema, columns, rxSchemas } from './generated.js';
import { type Acknowledged, Journal, type Mutation } from './journal.js';
import { removeShelfWith, shelfOf } from './rxdb-shelf.js';
import type { Session } from './session.js';

/** The name of the flag, and what a place in the feed consists of. */
export const DELETED_FIELD = 'deleted';
export const CHECKPOINT_FIELDS = ['cursor', 'epoch'];

export interface Checkpoint {
  cursor: string;
  /** Changes when the server was restored from a backup. */
  epoch: string;
}

const PULL_ATTEMPTS = 5;
/** Letters of the largest row in a push, as it was and as it is: 20 of them are within what a request may hold, in UTF-8 too. */
const ROW_LETTERS = 33_000;
/** A phone waits up to so long before it follows an event: a burst becomes one pull, and not all phones pull at the same moment. */
const SPREAD_MS = 300;

type Row = Record<string, unknown>;

/** A page of a pull. */
interface Page {
  documents: Row[];
  checkpoint: Checkpoint;
  forgetBefore: string;
}

/** The answer to a push. */
interface Pushed extends Acknowledged {
  documents: Row[];
  giveBack: boolean;
}

/** What the server acknowledged, for all collections of a database. */
const journals = new WeakMap<RxDatabase, Map<Session, Journal>>();

/** `isLed`: only the tab that leads pushes. */
function journalOf({ database }: RxCollection<any, any, any, any>, session: Session, isLed: boolean): Journal {
  const ofDatabase = journals.get(database) ?? new Map<Session, Journal>();
  journals.set(database, ofDatabase);
  const isAlone = () => !database.multiInstance || (isLed && database.isLeader());
  const journal = ofDatabase.get(session) ?? new Journal(() => shelfOf(database, isAlone), session);
  ofDatabase.set(session, journal);
  return journal;
}

/** For `database.addCollections(xunfangCollections())`; those an app carries, or all, parents first. RxDB opens 13 in all without its paid part: a 14th waits, a 15th fails. */
export function xunfangCollections<Name extends CollectionName = CollectionName>(
  names: readonly Name[] = Object.keys(rxSchemas) as Name[],
): Record<Name, { schema: RxSchema; conflictHandler: RxConflictHandler<any> }> {
  const entries = names.map((name) => [name, { schema: rxSchemas[name], conflictHandler: conflictHandler(name) }]);
  return Object.fromEntries(entries) as any;
}

/**
 * The server merges by field and keeps every value that lost in a sync issue. So an answer in conflict is
 * final: it already holds what was taken of the phone's row, and the phone takes it over whole.
 * Merging a second time would send again what has just been refused, for ever.
 *
 * Whether there is anything to send is asked of the columns a phone may write. Whether a row
 * from the server is news is asked of all of them.
 */
export function conflictHandler(name: CollectionName): RxConflictHandler<any> {
  const all: [string, Column][] = Object.entries(columns[name]);
  const written = all.filter(([, { written }]) => written !== 'by_server' && written !== 'as_witness');
  return {
    isEqual(one: Row, other: Row, context: string) {
      const compared = context === 'downstream-check-if-equal-1' ? all : written;
      return (
        !!one['_deleted'] === !!other['_deleted'] &&
        compared.every(([name, column]) => normal(column, one[name]) === normal(column, other[name]))
      );
    },
    resolve: ({ realMasterState }) => realMasterState,
  };
}

/** The value as the server compares it: nothing may be null, missing, or an empty text. */
function normal({ shape, optional }: Column, value: unknown): unknown {
  if (value === undefined || value === null || (value === '' && shape !== 'text')) {
    return shape === 'text' && !optional ? '' : null;
  }
  return value;
}

export interface ReplicateOptions {
  /** What is carried; the collection's own name unless said otherwise. */
  name?: CollectionName;
  /** Follow changes by the socket. */
  live?: boolean;
  /** Rows in a page, at most 1000. */
  pullBatchSize?: number;
  /** Rows in one push; 20 of the largest, each as it was and as it is, are within what a request may hold. */
  pushBatchSize?: number;
  /** Pull this often even while the socket says nothing; 0 for never. */
  resyncMs?: number;
  /** Wait after a failed request. */
  retryTime?: number;
  waitForLeadership?: boolean;
  /** Longest that a pull waits for a push: one that cannot be sent must not hold it back for ever. */
  pushWaitMs?: number;
  /** Ask so often whether the socket is alive; without an answer for as long again it is opened anew. */
  keepAliveMs?: number;
  /** Wait before the n-th attempt to open the socket again. */
  socketRetryMs?: (retries: number) => number;
}

export interface XunfangReplication<T> {
  /** RxDB's own: `error$`, `awaitInSync()`, `cancel()`, … */
  state: RxGraphQLReplicationState<T, Checkpoint>;
  /**
   * Removes the rows that the server no longer lists, and leaves what is unsent or waits there. Happens by
   * itself when the server has been restored from a backup, after what it had acknowledged was given back.
   */
  sweep(): Promise<void>;
  /** How many mutations are kept until a backup of the server has them, those of all collections. */
  kept(): Promise<number>;
}

/**
 * Keeps a collection in sync. One session per process and server: RxDB shares one socket between all
 * collections of an address.
 */
export function replicateXunfang<N extends CollectionName = CollectionName, T = Rows[N]>(
  collection: RxCollection<T, any, any, any>,
  session: Session,
  options: ReplicateOptions = {},
): XunfangReplication<T> {
  const name = (options.name ?? collection.name) as CollectionName;
  const batchSize = options.pullBatchSize ?? 500;
  const waits: (() => void)[] = [];
  const journal = journalOf(collection, session, options.waitForLeadership ?? true);
  removeShelfWith(collection);
  let pushes = 0;
  let pushesBefore = 0;
  let givenBefore = 0;
  let poke: Promise<'RESYNC'> | undefined;

  /** Waits until RxDB pushes nothing. */
  async function idle(): Promise<void> {
    const queue = () => state.internalReplicationState?.streamQueue.up;
    let seen: unknown;
    do {
      seen = queue();
      await seen;
    } while (queue() !== seen);
  }

  /**
   * Waits until nothing is being pushed. RxDB takes a row from the server for older than an edit whose
   * push is on its way, drops it, and moves on: what others wrote into the row would stay away until its
   * next change. It guards some of its ways against that and not all.
   */
  const pushed = () => Promise.race([idle(), pause(options.pushWaitMs ?? 10_000)]);

  const state = replicateGraphQL<T, Checkpoint>({
    collection: collection as any,
    // Another account is another history.
    replicationIdentifier: `xunfang ${session.scope}`,
    url: { http: `${session.url}/graphql`, ws: session.socketUrl },
    fetch: session.fetch as typeof fetch,
    deletedField: DELETED_FIELD,
    live: options.live ?? true,
    retryTime: options.retryTime ?? 5_000,
    waitForLeadership: options.waitForLeadership ?? true,
    pull: {
      batchSize,
      async queryBuilder(since: Checkpoint | undefined, limit: number) {
        await pushed();
        [pushesBefore, givenBefore] = [pushes, journal.timesGivenBack];
        return pullQuery(name, since, limit);
      },
      // An event only says that there is something to pull.
      streamQueryBuilder: () => ({ query: `subscription { stream${upper(name)} { checkpoint { epoch } } }`, variables: {} }),
      async responseModifier(first: Page, origin: string, since?: Checkpoint): Promise<any> {
        if (origin !== 'handler') {
          // RxDB would write the rows of an event that had to wait over what was pulled since, set the checkpoint by it, and
          // forget a RESYNC behind it. Of many RESYNCs it forgets only those that came before a pull began.
          poke ??= pause(Math.random() * SPREAD_MS).then(() => {
            poke = undefined;
            return 'RESYNC';
          });
          return poke;
        }
        let page = first;
        const isPast = () => pushes !== pushesBefore || journal.timesGivenBack !== givenBefore;
        // Before anything is removed for not being there.
        await journal.giveBack(page.checkpoint.epoch);
        for (let attempt = 0; isPast() && attempt < PULL_ATTEMPTS; attempt += 1) {
          await pushed();
          [pushesBefore, givenBefore] = [pushes, journal.timesGivenBack];
          const again = pullQuery(name, since, batchSize);
          page = Object.values(await session.query(again.query, again.variables))[0] as Page;
          await journal.giveBack(page.checkpoint.epoch);
        }
        const { epoch } = page.checkpoint;
        await journal.forget(page.forgetBefore, epoch);
        const isNewEpoch = since?.epoch !== undefined && since.epoch !== page.checkpoint.epoch;
        const asked = waits.splice(0);
        if (!isNewEpoch && asked.length === 0) {
          return page;
        }
        try {
          // With the page, so that the checkpoint moves on only together with the sweep.
          return { ...page, documents: [...(await extras(epoch)), ...page.documents] };
        } catch (error) {
          waits.push(...asked.splice(0));
          throw error;
        } finally {
          asked.forEach((done) => done());
        }
      },
      wsOptions: {
        // The present token at every connection. It must not throw: that would end the stream for good.
        connectionParams: async () => ({ token: await session.token().catch(() => '') }),
        retryAttempts: Infinity,
        retryWait: (retries: number) => pause((options.socketRetryMs ?? socketRetryMs)(retries)),
        ...keptAlive(session.socketUrl, options.keepAliveMs ?? 25_000),
      } as any,
    },
    push: {
      batchSize: options.pushBatchSize ?? 20,
      // In its place stands `pushRows`.
      queryBuilder: () => Promise.reject(new Error('pushed by another way')),
    },
  });
  // RxDB asks for a query and shows its answer, which may have to be followed by others before it counts; and it sends
  // several batches at once, of which neither of the two says which it is.
  state.push!.handler = pushRows;

  /** Sends rows, and what the server lost before them; gives the rows as they are there where they differ. */
  async function pushRows(rows: any[]): Promise<any> {
    pushes += 1;
    const scope = session.scope;
    const sent: Row[] = [];
    const handedOver: Mutation[] = [];
    for (const pair of rows) {
      const newDocumentState = known(name, pair.newDocumentState) as Row;
      const row = { newDocumentState, assumedMasterState: known(name, pair.assumedMasterState) };
      if (JSON.stringify(row).length <= ROW_LETTERS) {
        sent.push(row);
      } else {
        const [kind, recordId, payload] = [`${name}.row`, String(newDocumentState['id']), JSON.stringify(newDocumentState)] as const;
        await session.keepOversize(kind, recordId, payload);
        handedOver.push({ kind, recordId, payload });
      }
    }
    for (let epoch = await journal.epoch(); ; ) {
      const { query, variables, operationName } = pushQuery(name, sent, epoch);
      const answer = Object.values(await session.query(query, variables, operationName))[0] as Pushed;
      if (!answer.giveBack) {
        // Before RxDB believes that the server has it.
        await journal.keep({ ...answer, mutations: [...handedOver, ...answer.mutations] }, scope);
        return answer.documents;
      }
      // What was acknowledged comes before what was written since.
      await journal.giveBack(answer.epoch);
      epoch = answer.epoch;
    }
  }

  /** Tombstones for what came from the server once and neither is there nor may come back to it. */
  async function extras(epoch: string): Promise<Row[]> {
    const local: { toJSON(): unknown }[] = await collection.find().exec();
    const known = local.map((document) => document.toJSON() as Row).filter((row) => row['seq'] !== undefined);
    const expected = await journal.expected(epoch);
    if (!expected) {
      return [];
    }
    const listed = await list(session, name);
    const isGone = (id: string) => !listed.has(id) && !expected.has(id);
    return known.filter((row) => isGone(String(row['id']))).map((row) => ({ id: row['id'], deleted: true }));
  }

  const resyncMs = options.resyncMs ?? 5 * 60_000;
  if (resyncMs > 0 && (options.live ?? true)) {
    const timer = setInterval(() => state.reSync(), resyncMs) as unknown as { unref?: () => void };
    timer.unref?.();
    state.onCancel.push(() => clearInterval(timer as any));
  }
  return {
    state,
    sweep: () =>
      new Promise((done) => {
        waits.push(done);
        state.reSync();
      }),
    kept: () => journal.size(),
  };
}

/** The fields of a row; an app may have others beside them. */
const fieldsOf = (name: CollectionName) => ['id', DELETED_FIELD, 'seq', ...Object.keys(columns[name])];

function pullQuery(name: CollectionName, checkpoint: Checkpoint | undefined, limit: number) {
  const operationName = `Pull${upper(name)}`;
  const query = `query ${operationName}($checkpoint: ${upper(name)}InputCheckpoint, $limit: Int!) {
    pull${upper(name)}(checkpoint: $checkpoint, limit: $limit) {
      documents { ${fieldsOf(name).join(' ')} } checkpoint { ${CHECKPOINT_FIELDS.join(' ')} } forgetBefore } }`;
  return { query, operationName, variables: { checkpoint, limit } };
}

/** The row with the fields that the server knows. */
function known(name: CollectionName, row: Row | undefined): Row | undefined {
  return row && Object.fromEntries(fieldsOf(name).flatMap((field) => (field in row ? [[field, row[field]]] : [])));
}

/** `epoch` is that of what is kept: with another one than its own the server takes nothing and says so. */
function pushQuery(name: CollectionName, rows: Row[], epoch: string | null) {
  const operationName = `Push${upper(name)}`;
  const query = `mutation ${operationName}($collection: String!, $rows: [JSON!]!, $epoch: String) {
    syncPushRows(collection: $collection, rows: $rows, epoch: $epoch) { documents mutations serverTime epoch giveBack } }`;
  return { query, operationName, variables: { collection: name, rows, epoch } };
}

/** All ids that the server lists now. */
async function list(session: Session, name: CollectionName): Promise<Set<string>> {
  const query = `query ($checkpoint: ${upper(name)}InputCheckpoint, $limit: Int!) {
    page: pull${upper(name)}(checkpoint: $checkpoint, limit: $limit) { documents { id deleted } checkpoint { cursor epoch } } }`;
  const limit = 1000;
  const listed = new Set<string>();
  let checkpoint: Checkpoint | undefined;
  for (;;) {
    const { page } = (await session.query(query, { checkpoint, limit })) as {
      page: { documents: { id: string; deleted: boolean }[]; checkpoint: Checkpoint };
    };
    for (const { id, deleted } of page.documents) {
      if (deleted) {
        listed.delete(id);
      } else {
        listed.add(id);
      }
    }
    if (page.documents.length < limit) {
      return listed;
    }
    checkpoint = page.checkpoint;
  }
}

/** Settings for graphql-ws, which asks whether the other side is there, and then waits for the answer for ever. */
function keptAlive(url: string, keepAlive: number) {
  let silence: ReturnType<typeof setTimeout> | undefined;
  const ping = (isReceived: boolean) => {
    if (!isReceived) {
      // Closing it would wait for the other side once more.
      silence = setTimeout(() => GRAPHQL_WEBSOCKET_BY_URL.get(url)?.socket.terminate(), keepAlive);
    }
  };
  const heard = () => clearTimeout(silence);
  return { keepAlive, connectionAckWaitTimeout: keepAlive, on: { ping, pong: heard, closed: heard } };
}

function upper(name: CollectionName): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** 1, 2, 4, … 30 seconds, with jitter; the default of graphql-ws grows without end. */
function socketRetryMs(retries: number): number {
  const longest = Math.min(30_000, 1000 * 2 ** Math.min(retries, 5));
  return longest / 2 + Math.random() * (longest / 2);
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, ms) as unknown as { unref?: () => void };
    timer.unref?.();
  });
}
