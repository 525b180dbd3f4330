const server = 'http://127.0.0.1:44873';
let tokens; // Keep them where they outlive the app.

/** What a query or mutation answers. */
async function api(query, variables, send = authorized) {
  const headers = { 'content-type': 'application/json' };
  const response = await send(`${server}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  const { data, errors } = await response.json();
  if (errors) {
    throw Object.assign(new Error(errors[0].message), { code: errors[0].extensions?.code });
  }
  return data;
}

async function signIn(account, password) {
  const input = { account, password, device: { id: 'phone-1', name: 'phone 1' } };
  const query = 'mutation ($input: SignInInput!) { signIn(input: $input) { accessToken refreshToken viewer { accountId } } }';
  tokens = (await api(query, { input }, fetch)).signIn;
}

async function renew() {
  const input = { refreshToken: tokens.refreshToken };
  const query = 'mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) { accessToken refreshToken viewer { accountId } } }';
  tokens = (await api(query, { input }, fetch)).refreshSession;
}

/** A request with the present token; once more with a new one where that has run out. */
async function authorized(url, init) {
  const send = () => fetch(url, { ...init, headers: { ...init.headers, authorization: `Bearer ${tokens.accessToken}` } });
  const response = await send();
  const answer = await response.clone().json();
  if (answer.errors?.[0]?.extensions?.code !== 'TOKEN_EXPIRED') {
    return response;
  }
  await renew();
  return send();
}

/** An id of a new row: UUID v7, so that rows sort as they were made. */
function uuidv7() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const now = Date.now();
  for (let place = 0; place < 6; place += 1) {
    bytes[place] = Math.floor(now / 256 ** (5 - place)) % 256;
  }
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
import { createRxDatabase } from 'rxdb';
import { pullQueryBuilderFromRxSchema, pullStreamBuilderFromRxSchema, pushQueryBuilderFromRxSchema, replicateGraphQL } from 'rxdb/plugins/replication-graphql';
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory';
import { wrappedValidateAjvStorage } from 'rxdb/plugins/validate-ajv';

await signIn('assistant', 'xunfang-demo');
// Columns as below, those the app needs; `seq` always, and nothing required but the id.
const text = { type: 'string' };
const schema = {
  title: 'ticket', version: 0, type: 'object', primaryKey: 'id', required: ['id'],
  properties: {
    id: { type: 'string', maxLength: 36 }, seq: { type: 'number' },
    communityId: text, kind: text, state: text, priority: text, summary: text, description: text, repairClass: text,
  },
};
const storage = wrappedValidateAjvStorage({ storage: getRxStorageMemory() });
const database = await createRxDatabase({ name: 'plain', storage });
const { ticket } = await database.addCollections({ ticket: { schema } });
const input = { schema, checkpointFields: ['cursor', 'epoch'], deletedField: 'deleted' };
const replication = replicateGraphQL({
  collection: ticket,
  replicationIdentifier: `xunfang ${tokens.viewer.accountId}`, // another account is another history
  url: { http: `${server}/graphql`, ws: `${server.replace('http', 'ws')}/graphql/ws` },
  fetch: authorized,
  deletedField: 'deleted',
  live: true,
  pull: {
    batchSize: 500,
    queryBuilder: pullQueryBuilderFromRxSchema('ticket', input),
    streamQueryBuilder: pullStreamBuilderFromRxSchema('ticket', input),
    // Asked at each connection. It must not throw: that would end the stream for good.
    wsOptions: { retryAttempts: Infinity, connectionParams: () => renew().catch(() => {}).then(() => ({ token: tokens.accessToken })) },
  },
  push: { batchSize: 20, queryBuilder: pushQueryBuilderFromRxSchema('ticket', input) },
});
setInterval(() => replication.reSync(), 5 * 60_000);
await replication.awaitInitialReplication();
console.log(await ticket.count().exec(), 'tickets');

const [{ communityId }] = await ticket.find().exec();
const id = uuidv7();
const made = await ticket.insert({ id, communityId, kind: 'repair', state: 'recorded', priority: 'normal', summary: '厨房水管漏水' });
await made.incrementalPatch({ description: '水已漫到走廊' });
await replication.awaitInSync();
const there = await api('query ($id: UUID!) { ticket(id: $id) { summary description } }', { id });
console.log('on the server:', there.ticket.summary, there.ticket.description);

process.exit(0);
