// A phone: a Node process of its own with a real client library, and a network of its own.
import { fork } from 'node:child_process';
import assert from 'node:assert/strict';
import { device, plain } from './native.mjs';
import { Proxy } from './proxy.mjs';
import { PASSWORD } from './server.mjs';
import { until } from './until.mjs';

const WORKERS = {
  rxdb: new URL('./rxdb-worker.mjs', import.meta.url),
  watermelon: new URL('./watermelon-worker.mjs', import.meta.url),
};

/** Starting a library takes a second: a process that was given back is taken again. */
const idle = { rxdb: [], watermelon: [] };
const running = new Set();

class Worker {
  #child;
  #calls = new Map();
  #count = 0;

  constructor(kind) {
    this.kind = kind;
    this.#child = fork(WORKERS[kind], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    running.add(this.#child);
    this.#child.on('message', ({ id, error, value }) => {
      const call = this.#calls.get(id);
      this.#calls.delete(id);
      if (error) {
        call.reject(new Error(`${this.kind} worker: ${error}`));
      } else {
        call.resolve(value);
      }
    });
    this.#child.on('exit', (code, signal) => {
      running.delete(this.#child);
      for (const { reject } of this.#calls.values()) {
        reject(new Error(`the ${this.kind} worker ended: ${signal ?? code}`));
      }
    });
  }

  call(op, args) {
    const id = (this.#count += 1);
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { resolve, reject });
      this.#child.send({ id, op, args });
    });
  }

  kill() {
    this.#child.kill('SIGKILL');
  }
}

/** Ends all processes; call it after the last test of a file. */
export function dismissPhones() {
  for (const child of running) {
    child.kill('SIGKILL');
  }
}

export class Phone {
  #worker;

  /**
   * `kind` is `rxdb` or `watermelon`; `options` go to the worker's `open`. For `rxdb`: `collections`, `mode`
   * (`helper`: the package's own replication; `plain`: RxDB with its own query builders and nothing else).
   * For `watermelon`: `collections` (all, if left out), `mode` (`helper`: `syncXunfang`; `plain`: `synchronize`
   * with `fetch`), which syncs when it is told to: `sync`, or `inSync` until it rests.
   */
  static async start(kind, server, account, options = {}) {
    const phone = new Phone();
    phone.kind = kind;
    phone.account = account;
    phone.proxy = await Proxy.start(server);
    phone.#worker = idle[kind].pop() ?? new Worker(kind);
    await phone.call('open', {
      url: phone.proxy.url,
      account,
      password: PASSWORD,
      deviceId: device(account),
      ...options,
    });
    return phone;
  }

  /** Calls an operation of the worker. */
  async call(op, ...args) {
    // Long enough for a machine with much else to do: a call that hangs is told, a slow one is not.
    const deadline = 180_000;
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`${this.account}: ${op} took more than ${deadline} ms`)), deadline);
    });
    try {
      return await Promise.race([this.#worker.call(op, args), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  insert(collection, row) {
    return this.call('insert', collection, row);
  }

  patch(collection, id, changes) {
    return this.call('patch', collection, id, changes);
  }

  get(collection, id) {
    return this.call('get', collection, id);
  }

  all(collection) {
    return this.call('all', collection);
  }

  inSync() {
    return this.call('inSync');
  }

  /** One run of `synchronize()`, of phones with WatermelonDB. */
  sync() {
    return this.call('once');
  }

  offline() {
    this.proxy.offline();
  }

  online() {
    this.proxy.online();
  }

  /** Waits until a row is as wanted: `null`, or these values. */
  async sees(collection, id, wanted) {
    let row;
    const fits = async () => {
      row = await this.get(collection, id);
      return wanted === null
        ? row === null
        : row !== null && Object.entries(wanted).every(([name, value]) => (row[name] ?? null) === value);
    };
    await until(fits, () => `${this.account} to see ${JSON.stringify(wanted)} in ${JSON.stringify(row)}`);
    return row;
  }

  /** Waits until the phone holds exactly what its account may see, column by column. */
  async equals(native, ...collections) {
    let wanted;
    let held;
    const same = async () => {
      wanted = await native.rowsOf(...collections);
      held = {};
      for (const collection of collections) {
        held[collection] = new Map((await this.all(collection)).map((row) => [row.id, plain(collection, row)]));
      }
      return equal(held, wanted);
    };
    const deadline = 10_000;
    await until(same, `what ${this.account} may see`, deadline).catch((error) => {
      for (const collection of collections) {
        const [one, other] = [held, wanted].map((all) => Object.fromEntries(all[collection]));
        assert.deepEqual(one, other, `${error.message}: ${collection}`);
      }
      throw error;
    });
  }

  /** What the library itself reported: `{errors, conflicts, sent}`. */
  stats() {
    return this.call('stats');
  }

  /** Gives the process back. */
  async close() {
    try {
      await this.call('close');
      idle[this.kind].push(this.#worker);
    } catch {
      this.#worker.kill();
    }
    await this.proxy.close();
  }
}

function equal(held, wanted) {
  try {
    assert.deepEqual(held, wanted);
    return true;
  } catch {
    return false;
  }
}
