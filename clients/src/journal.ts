/**
 * What the server acknowledged is kept until a backup of it has it. When the server went back to a backup, what was kept
 * is given back: the phone may have the last copy.
 *
 * Kept are mutations, as the server tells what it took rows for: they have ids, so that what it still has is not done twice.
 */
import type { Session } from './session.js';

/** As `syncPush` takes it; one whose payload is a text fits into no push. */
export type Mutation = { mutationId?: string; kind: string; recordId: string; payload: unknown } & Record<string, unknown>;

/** What was acknowledged together. */
export interface Kept {
  /** Counts up, in the order in which it was acknowledged. */
  place: number;
  /** Whose it is: `Session.scope`. */
  scope: string;
  /** When, by the clock of the server: milliseconds since 1970. */
  at: number;
  /** The history of the database that it was acknowledged in. */
  epoch: string;
  mutations: Mutation[];
}

/** Where it is kept: a place that outlives the app. */
export interface Shelf {
  all(): Promise<Kept[]>;
  /** In place of what stands at its place. */
  put(kept: Kept): Promise<void>;
  remove(place: number): Promise<void>;
}

/** What an answer to a push says of it. */
export interface Acknowledged {
  mutations: Mutation[];
  serverTime: string;
  epoch: string;
}

/** Mutations given back in one request, and letters of them: in UTF-8 within what a request may hold. */
const MOST = 100;
const MOST_LETTERS = 400_000;
/** What the server had no room for is not sent again sooner. */
const LEAST_WAIT_MS = 60_000;
const GIVE_BACK = `mutation GiveBack($mutations: [JSON]!) { syncPush(mutations: $mutations) {
  results { outcome retryAfterMs } serverTime } }`;
const WAITING = '{ mySync { waiting(first: 500) { mutationId recordId } } }';

export class Journal {
  #open: () => Shelf | Promise<Shelf>;
  #shelf: Promise<Shelf> | undefined;
  #session: Session;
  /** Of this account, by place; none while it has not been read. */
  #kept: Map<number, Kept> | undefined;
  #scope = '';
  #next = 1;
  /** The history that was last given back to. */
  #epoch: string | undefined;
  /** What the server had no room for is not sent again before this moment. */
  #notBefore = 0;
  #turn: Promise<unknown> = Promise.resolve();
  /** How often something was given back: what was pulled before does not show it. */
  timesGivenBack = 0;

  constructor(open: () => Shelf | Promise<Shelf>, session: Session) {
    this.#open = open;
    this.#session = session;
  }

  /** The history of what is kept, for the next push; null where nothing is. While some is given back it is that of the rest. */
  epoch(): Promise<string | null> {
    return this.#inTurn((kept) => this.#epoch ?? [...kept.values()].at(-1)?.epoch ?? null);
  }

  /** Keeps what a push acknowledged, before the phone believes that it was. */
  keep({ mutations, serverTime, epoch }: Acknowledged): Promise<void> {
    return this.#inTurn(async (kept, shelf) => {
      // A push whose answer was lost comes again.
      const known = new Set([...kept.values()].filter((it) => it.epoch === epoch).flatMap((it) => it.mutations.map(nameOf)));
      const fresh = mutations.filter((mutation) => !known.has(nameOf(mutation)));
      for (const part of parts(fresh)) {
        await this.#put(shelf, kept, { at: Date.parse(serverTime), epoch, mutations: part });
      }
    });
  }

  /** Gives back what was acknowledged in another history than this one, in its order. */
  giveBack(epoch: string): Promise<void> {
    return this.#inTurn(async (kept, shelf) => {
      const mayBeSent = Date.now() >= this.#notBefore;
      for (const one of owed(kept, epoch).filter(() => mayBeSent)) {
        this.timesGivenBack += 1;
        const { taken, left, at, retryAfterMs } = await this.#send(one.mutations);
        // First what is new, so that nothing is lost in between: what comes twice is recognised.
        if (left.length === 0) {
          await this.#write(shelf, kept, { ...one, epoch, at });
        } else {
          if (taken.length > 0) {
            await this.#put(shelf, kept, { at, epoch, mutations: taken });
          }
          await this.#write(shelf, kept, { ...one, mutations: left });
          this.#notBefore = Date.now() + retryAfterMs;
        }
      }
      this.#epoch = epoch;
    });
  }

  /** Forgets what was acknowledged before a moment, and is not owed: a backup has it. */
  forget(before: string, epoch: string): Promise<void> {
    const moment = Date.parse(before);
    return this.#inTurn(async (kept, shelf) => {
      for (const one of [...kept.values()].filter((it) => it.epoch === epoch && it.at < moment)) {
        await shelf.remove(one.place);
        kept.delete(one.place);
      }
    });
  }

  /**
   * Ids of rows and records that the server may yet come to have, because work on them waits there or was
   * not taken yet: they are not removed for not being there.
   */
  async expected(epoch: string): Promise<Set<string>> {
    const { mySync } = (await this.#session.query(WAITING)) as { mySync: { waiting: Mutation[] } };
    const left = await this.#inTurn((kept) => owed(kept, epoch).flatMap(({ mutations }) => mutations));
    return new Set([...mySync.waiting, ...left].flatMap((it) => [it.mutationId ?? '', it.recordId]));
  }

  /** How many mutations are kept. */
  size(): Promise<number> {
    return this.#inTurn((kept) => [...kept.values()].reduce((sum, { mutations }) => sum + mutations.length, 0));
  }

  async #send(mutations: Mutation[]): Promise<{ taken: Mutation[]; left: Mutation[]; at: number; retryAfterMs: number }> {
    const [first] = mutations;
    if (first && isOversize(first)) {
      const { kind, recordId, payload, mutationId } = first;
      const content = typeof payload === 'string' ? payload : JSON.stringify(payload);
      await this.#session.keepOversize(kind, recordId, content, mutationId);
    }
    const sent = first && isOversize(first) ? [] : mutations;
    const { syncPush } = (await this.#session.query(GIVE_BACK, { mutations: sent })) as { syncPush: GivenBack };
    const isTaken = (place: number) => syncPush.results[place]?.outcome !== 'NOT_TAKEN';
    return {
      taken: mutations.filter((_, place) => isTaken(place)),
      left: mutations.filter((_, place) => !isTaken(place)),
      at: Date.parse(syncPush.serverTime),
      retryAfterMs: Math.max(LEAST_WAIT_MS, ...syncPush.results.map((result) => result.retryAfterMs ?? 0)),
    };
  }

  #put(shelf: Shelf, kept: Map<number, Kept>, more: Omit<Kept, 'place' | 'scope'>): Promise<void> {
    const place = this.#next;
    this.#next += 1;
    return this.#write(shelf, kept, { ...more, place, scope: this.#session.scope });
  }

  async #write(shelf: Shelf, kept: Map<number, Kept>, one: Kept): Promise<void> {
    await shelf.put(one);
    kept.set(one.place, one);
  }

  /** One after the other: collections push at the same time. */
  #inTurn<T>(work: (kept: Map<number, Kept>, shelf: Shelf) => T | Promise<T>): Promise<T> {
    const turn = this.#turn.then(async () => {
      this.#shelf ??= Promise.resolve(this.#open()).catch((error) => {
        this.#shelf = undefined;
        throw error;
      });
      const shelf = await this.#shelf;
      return work(await this.#read(shelf), shelf);
    });
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #read(shelf: Shelf): Promise<Map<number, Kept>> {
    if (!this.#kept || this.#scope !== this.#session.scope) {
      this.#scope = this.#session.scope;
      this.#epoch = undefined;
      const all = (await shelf.all()).sort((one, other) => one.place - other.place);
      this.#next = (all.at(-1)?.place ?? 0) + 1;
      const own = all.filter(({ scope }) => scope === this.#scope);
      this.#kept = new Map(own.map((kept) => [kept.place, kept]));
    }
    return this.#kept;
  }
}

interface GivenBack {
  results: { outcome: string; retryAfterMs: number | null }[];
  serverTime: string;
}

/** What was acknowledged in another history, in its order. */
function owed(kept: Map<number, Kept>, epoch: string): Kept[] {
  return [...kept.values()].filter((it) => it.epoch !== epoch).sort((one, other) => one.place - other.place);
}

/** What it is known by; one without an id by what it says. */
function nameOf({ mutationId, kind, recordId, payload }: Mutation): string {
  return mutationId ?? JSON.stringify([kind, recordId, payload]);
}

function isOversize(mutation: Mutation): boolean {
  return typeof mutation.payload === 'string' || JSON.stringify(mutation).length > MOST_LETTERS;
}

/** As many at a time as fit into one request; one that fits into none by itself. */
function* parts(mutations: Mutation[]): Generator<Mutation[]> {
  let part: Mutation[] = [];
  let letters = 0;
  for (const mutation of mutations) {
    const length = JSON.stringify(mutation).length;
    if (part.length > 0 && (part.length === MOST || letters + length > MOST_LETTERS || isOversize(mutation))) {
      yield part;
      part = [];
      letters = 0;
    }
    part.push(mutation);
    letters += length;
    if (isOversize(mutation)) {
      yield part;
      part = [];
      letters = 0;
    }
  }
  if (part.length > 0) {
    yield part;
  }
}
