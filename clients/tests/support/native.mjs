// Whoever works beside the phones: the desk, or a worker on the native face. Also the oracle: what
// an account may see, told by the native pull.
import { readFileSync } from 'node:fs';
import { Session, uuidv7 } from '../../dist/index.js';
import { PASSWORD } from './server.mjs';

export const FACES = JSON.parse(readFileSync(new URL('../../rows.json', import.meta.url), 'utf8'));
/** The native face names a collection in snake case. */
const native = (collection) => collection.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

let devices = 0;
export const device = (prefix = 'test') => `${prefix}-${process.pid}-${(devices += 1)}`;

export class Native {
  static async signIn(server, account, options = {}) {
    const native = new Native();
    native.account = account;
    native.session = new Session({ url: server.url, deviceId: device(account), ...options });
    await native.session.signIn(account, PASSWORD);
    return native;
  }

  signInAgain() {
    return this.session.signIn(this.account, PASSWORD);
  }

  query(query, variables) {
    return this.session.query(query, variables);
  }

  /** Sends mutations and gives their results. */
  async push(...mutations) {
    const query = `mutation PushNative($mutations: [JSON]!) { syncPush(mutations: $mutations) {
      results { mutationId outcome code message seq record { id seq document } } } }`;
    const sent = mutations.map((mutation) => ({ mutationId: uuidv7(), ...mutation }));
    const { syncPush } = await this.query(query, { mutations: sent });
    return syncPush.results;
  }

  /** One mutation that must be applied. */
  async run(kind, recordId, payload, more = {}) {
    const [result] = await this.push({ kind, recordId, payload, ...more });
    if (!['APPLIED', 'MERGED'].includes(result.outcome)) {
      throw new Error(`${kind}: ${result.outcome} ${result.code} ${result.message}`);
    }
    return result;
  }

  async open(payload = {}, id = uuidv7()) {
    const communityId = payload.communityId ?? (await this.community()).id;
    await this.run('ticket.open', id, { summary: '测试工单', ...payload, communityId });
    return id;
  }

  edit(id, payload) {
    return this.run('ticket.edit', id, payload);
  }

  async advance(id, ...states) {
    for (const to of states) {
      await this.run('ticket.advance', id, { to });
    }
  }

  assign(id, assigneeId) {
    return this.run('ticket.assign', id, { assigneeId });
  }

  /** Everything this account may see of these native collections. */
  async all(...collections) {
    const query = `query ($collections: [String!], $cursor: String) { syncPull(collections: $collections, cursor: $cursor, limit: 1000) {
      changes { collection id seq document } removals { id } cursor hasMore resetRequired } }`;
    const rows = new Map();
    let cursor = null;
    for (;;) {
      const { syncPull: page } = await this.query(query, { collections, cursor });
      page.changes.forEach((row) => rows.set(row.id, row));
      page.removals.forEach(({ id }) => rows.delete(id));
      cursor = page.cursor;
      if (!page.hasMore) {
        return [...rows.values()];
      }
    }
  }

  async community() {
    this.communities ??= (await this.all('community')).map((row) => row.document);
    return this.communities[0];
  }

  /** A member of the staff by the name of the account. */
  async staffOf(account, server) {
    const other = await Native.signIn(server, account);
    const { me } = await other.query('{ me { name } }');
    const staff = (await this.all('staff_member')).map((row) => row.document);
    return staff.find((member) => member.name === me.name);
  }

  async ticket(id) {
    return (await this.all('ticket')).find((row) => row.id === id)?.document;
  }

  async events(ticketId) {
    const events = (await this.all('ticket_event')).map((row) => row.document);
    return events.filter((event) => event.ticketId === ticketId);
  }

  async issues(recordId) {
    const issues = (await this.all('sync_issue')).map((row) => row.document);
    return issues.filter((issue) => recordId === undefined || issue.recordId === recordId);
  }

  /** What became of all mutations of the community. */
  async ledger() {
    const query = `query ($communityId: UUID!) { syncLedger(communityId: $communityId) {
      deliveries distinct duplicates applied merged conflictKept deferred quarantined discarded } }`;
    const { id } = await this.community();
    return (await this.query(query, { communityId: id })).syncLedger;
  }

  /** Column by column, the rows that a phone of this account must hold. */
  async rows(collection) {
    return (await this.rowsOf(collection))[collection];
  }

  /** The same of several collections, by their names. */
  async rowsOf(...collections) {
    const rows = await this.all(...collections.map(native));
    // Two fields are called otherwise in rows.
    const named = ({ collection: recordCollection, preparedAt: observedAt, ...document }) => ({ recordCollection, observedAt, ...document });
    const byName = Object.fromEntries(collections.map((collection) => [collection, new Map()]));
    const names = new Map(collections.map((collection) => [native(collection), collection]));
    for (const { collection, id, document } of rows) {
      const name = names.get(collection);
      byName[name].set(id, plain(name, named(document), JSON.stringify));
    }
    return byName;
  }
}

/** A row of either side as it is compared; `json` makes text of what rows carry as such. */
export function plain(collection, row, json = (text) => text) {
  const { columns } = FACES.find((face) => face.collection === collection);
  const witness = ['contactId', 'bootId', 'elapsedMs'];
  const compared = columns.filter(({ name }) => !witness.includes(name));
  return Object.fromEntries(
    compared.map(({ name, shape }) => {
      let value = row[name] ?? null;
      if (shape === 'moment' && value !== null) {
        value = new Date(value).getTime();
      }
      if (shape === 'json' && value !== null) {
        value = json(value);
      }
      return [name, value];
    }),
  );
}
