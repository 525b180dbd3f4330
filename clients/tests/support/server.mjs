// The server under test: the built program, a database of its own, a free port that it keeps
// through restarts.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { until } from './until.mjs';

const ROOT = new URL('../../../', import.meta.url).pathname;
export const PASSWORD = 'xunfang-demo';

function program() {
  const target = process.env.CARGO_TARGET_DIR ?? join(ROOT, 'target');
  const found = process.env.XUNFANG_BIN ?? join(target, 'debug', 'xunfang');
  if (!existsSync(found)) {
    throw new Error(`there is no ${found}: run \`cargo build\`, or set XUNFANG_BIN`);
  }
  return found;
}

let databases = 0;

/** The address of a new, empty database, and how to drop it. */
async function makeDatabase(folder) {
  if ((process.env.XUNFANG_TEST_DATABASE ?? 'sqlite') !== 'postgres') {
    const file = join(folder, 'backup.db');
    return {
      url: `sqlite:${join(folder, 'xunfang.db')}`,
      drop: async () => {},
      backUp: (server) => {
        rmSync(file, { force: true });
        return server.command('backup', file);
      },
      restore: (server) => server.command('restore', file),
    };
  }
  const server = process.env.XUNFANG_TEST_POSTGRES_URL;
  if (!server) {
    throw new Error('XUNFANG_TEST_POSTGRES_URL says where PostgreSQL is');
  }
  const name = `xunfang_clients_${process.pid}_${(databases += 1)}`;
  const admin = async (statement) => {
    const client = new pg.Client({ connectionString: server });
    await client.connect();
    await client.query(statement);
    await client.end();
  };
  await admin(`CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const drop = (name) => admin(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  return {
    url: String(url),
    drop: async () => {
      await drop(name);
      await drop(`${name}_backup`);
    },
    backUp: async () => {
      await drop(`${name}_backup`);
      await admin(`CREATE DATABASE ${name}_backup TEMPLATE ${name}`);
    },
    restore: async (server) => {
      await drop(name);
      await admin(`CREATE DATABASE ${name} TEMPLATE ${name}_backup`);
      await server.command('restore', '--new-epoch');
    },
  };
}

export class Server {
  #settings;
  #folder = mkdtempSync(join(tmpdir(), 'xunfang-clients-'));
  #database;
  #child;
  #log = [];
  #forgotten = 0;
  url = '';

  constructor(settings) {
    this.#settings = settings;
  }

  /** Starts a server with the demo estate; `settings` are `XUNFANG_…` variables. */
  static async start(settings = {}) {
    const server = new Server(settings);
    server.#database = await makeDatabase(server.#folder);
    await server.up();
    return server;
  }

  /** Of the process, for whoever looks at what it uses. */
  get pid() {
    return this.#child.pid;
  }

  get #env() {
    return {
      ...process.env,
      XUNFANG_SIGN_IN_ATTEMPTS: '100000',
      XUNFANG_LOG: 'warn',
      ...this.#settings,
      XUNFANG_DATABASE_URL: this.#database.url,
      XUNFANG_KEY_FILE: join(this.#folder, 'xunfang.key'),
      XUNFANG_LISTEN: this.url ? new URL(this.url).host : '127.0.0.1:0',
    };
  }

  async up(settings = {}) {
    Object.assign(this.#settings, settings);
    const child = spawn(program(), ['serve', '--demo', 'small'], { env: this.#env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => this.#log.push(line));
    }
    const from = this.#log.length;
    await until(() => {
      if (child.exitCode !== null) {
        throw new Error(`the server ended:\n${this.#log.slice(from).join('\n')}`);
      }
      const line = this.#log.slice(from).find((line) => line.includes('is listening on'));
      this.url = line?.match(/http:\S+/)?.[0] ?? this.url;
      return line !== undefined;
    }, 'the server to listen', 180_000);
  }

  /** Ends the process, by `SIGTERM` gently, by `SIGKILL` not. */
  async down(signal = 'SIGTERM') {
    const child = this.#child;
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
    }
  }

  /** Runs another command of the program on the same database. */
  async command(...args) {
    const child = spawn(program(), args, { env: this.#env, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    child.stdout.on('data', (text) => (said += text));
    child.stderr.on('data', (text) => (said += text));
    const [code] = await once(child, 'exit');
    if (code !== 0) {
      throw new Error(`xunfang ${args.join(' ')}: ${said}`);
    }
    return said;
  }

  /** Keeps the database as it is, in place of an older backup, to be restored later; the server is stopped meanwhile. */
  async backUp() {
    await this.down();
    await this.#database.backUp(this);
    await this.up();
  }

  /** Goes back to the backup: what came since is lost, and it is a new epoch. */
  async restore() {
    await this.down();
    await this.#database.restore(this);
    await this.up();
  }

  /** Faults so far were asked for. */
  forget() {
    this.#forgotten = this.#log.length;
  }

  /** What it wrote about faults of its own. */
  faults() {
    return this.#log.slice(this.#forgotten).filter((line) => /\b(ERROR|panicked)\b/.test(line));
  }

  async close() {
    await this.down('SIGKILL');
    await this.#database.drop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
