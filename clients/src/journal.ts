/**
 * What the server acknowledged is kept until a backup of it has it. When the server went back to a backup, what was kept
 * is given back: the phone may have the last copy.
 *
 * Kept are mutations, as the server tells what it took rows for: they have ids, so that what it still has is not done twice.
 */
import { type Session, XunfangError } from './session.js';

/** As `syncPush` takes it; one whose payload is a text fits into no push. */
export type Mutation = { mutationId?: string; kind: string; recordId: string; payload: unknown } & Record<string, unknown>;

/** What was acknowledged together. */
export interface Kept {
  /** Sorts in the order in which it was acknowledged, and is of this entry alone, even where others write too. */
  place: string;
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
  remove(place: string): Promise<void>;
  /** Whether nobody else writes there: another tab of the browser does. */
  isAlone(): boolean;
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
/** As many as the server names of what waits. */
const MOST_WAITING = 500;
const WAITING = `{ mySync { waiting(first: ${MOST_WAITING}) { mutationId recordId } } }`;
/** Without these nothing can be given back; any other refusal is of one mutation, which is left for later. */
const OF_THE_SESSION = ['UNAUTHENTICATED', 'TOKEN_EXPIRED', 'DEVICE_REVOKED', 'DEVICE_COPIED'];

export class Journal {
  #open: () => Shelf | Promise<Shelf>;
  #shelf: Promise<Shelf> | undefined;
  #session: Session;
  /** Of this account, by place; none while it has not been read, and while others write too. */
  #kept: Map<string, Kept> | undefined;
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
    return this.#inTurn((kept) => this.#epoch ?? epochOf(kept));
  }

  /** Keeps what a push acknowledged, before the phone believes that it was. `scope` is whose push it was. */
  keep({ mutations, serverTime, epoch }: Acknowledged, scope = this.#session.scope): Promise<void> {
    return this.#inTurn(async (kept, shelf) => {
      // A push whose answer was lost comes again.
      const known = new Set([...kept.values()].filter((it) => it.epoch === epoch).flatMap((it) => it.mutations.map(nameOf)));
      const fresh = mutations.filter((mutation) => !known.has(nameOf(mutation)));
      for (const part of parts(fresh)) {
        await this.#put(shelf, kept, { at: Date.parse(serverTime), epoch, mutations: part, scope });
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
            await this.#put(shelf, kept, { at, epoch, mutations: taken, scope: one.scope });
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
   * not taken yet: they are not removed for not being there. None where it may be any.
   */
  async expected(epoch: string): Promise<Set<string> | undefined> {
    const { mySync } = (await this.#session.query(WAITING)) as { mySync: { waiting: Mutation[] } };
    if (mySync.waiting.length >= MOST_WAITING) {
      return undefined;
    }
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
      try {
        await this.#session.keepOversize(kind, recordId, content, mutationId);
      } catch (error) {
        // One that is refused holds up no other.
        if (!(error instanceof XunfangError) || OF_THE_SESSION.includes(error.code)) {
          throw error;
        }
        const retryAfterMs = Math.max(LEAST_WAIT_MS, Number(error.extensions['retryAfterMs'] ?? 0));
        return { taken: [], left: mutations, at: 0, retryAfterMs };
      }
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

  #put(shelf: Shelf, kept: Map<string, Kept>, more: Omit<Kept, 'place'>): Promise<void> {
    const place = `${String(this.#next).padStart(12, '0')}-${Math.random().toString(36).slice(2, 9)}`;
    this.#next += 1;
    return this.#write(shelf, kept, { ...more, place });
  }

  async #write(shelf: Shelf, kept: Map<string, Kept>, one: Kept): Promise<void> {
    await shelf.put(one);
    if (one.scope === this.#scope) {
      kept.set(one.place, one);
    }
  }

  /** One after the other: collections push at the same time. */
  #inTurn<T>(work: (kept: Map<string, Kept>, shelf: Shelf) => T | Promise<T>): Promise<T> {
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

  async #read(shelf: Shelf): Promise<Map<string, Kept>> {
    const isOther = this.#scope !== this.#session.scope;
    if (this.#kept && !isOther) {
      return this.#kept;
    }
    if (isOther) {
      this.#scope = this.#session.scope;
      this.#epoch = undefined;
    }
    // Asked before it is read: who is alone from then on has read everything.
    const isAlone = shelf.isAlone();
    const all = await shelf.all();
    this.#next = all.reduce((next, { place }) => Math.max(next, Number(place.split('-')[0]) + 1), 1);
    const kept = new Map(all.filter(({ scope }) => scope === this.#scope).map((one) => [one.place, one]));
    this.#kept = isAlone ? kept : undefined;
    return kept;
  }
}

interface GivenBack {
  results: { outcome: string; retryAfterMs: number | null }[];
  serverTime: string;
}

/** Where giving back was cut short, the history of the rest: not that in which something was taken last. */
function epochOf(kept: Map<string, Kept>): string | null {
  const all = inOrder(kept);
  const last = all.reduce<Kept | undefined>((last, one) => (last && last.at > one.at ? last : one), undefined);
  return (all.find(({ epoch }) => epoch !== last?.epoch) ?? last)?.epoch ?? null;
}

function inOrder(kept: Map<string, Kept>): Kept[] {
  return [...kept.values()].sort((one, other) => (one.place < other.place ? -1 : 1));
}

/** What was acknowledged in another history, in its order. */
function owed(kept: Map<string, Kept>, epoch: string): Kept[] {
  return inOrder(kept).filter((it) => it.epoch !== epoch);
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
