// GraphQL over HTTP as other clients expect it: the audits of graphql-http, and Apollo's persisted queries.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import apollo from '@apollo/client/core/core.cjs';
import persisted from '@apollo/client/link/persisted-queries/persisted-queries.cjs';
import { auditServer } from 'graphql-http';
import { Server } from './support/server.mjs';

const { ApolloClient, HttpLink, InMemoryCache, gql } = apollo;

let server;

before(async () => { server = await Server.start(); });
after(() => server?.close());

test('the audits of GraphQL over HTTP find nothing wrong', async () => {
  const results = await auditServer({ url: `${server.url}/graphql` });
  assert.ok(results.length > 50);
  const wrong = results.filter(({ status }) => status === 'error' || status === 'warn');
  assert.deepEqual(wrong.map(({ id, name, reason }) => `${id} ${name}: ${reason}`), []);
});

test("Apollo's persisted queries fall back to the text of the query", async () => {
  const sha256 = (text) => createHash('sha256').update(text).digest('hex');
  const link = persisted.createPersistedQueryLink({ sha256 }).concat(new HttpLink({ uri: `${server.url}/graphql`, fetch }));
  const client = new ApolloClient({ cache: new InMemoryCache(), link });
  for (let turn = 0; turn < 2; turn += 1) {
    const { data } = await client.query({ query: gql`{ server { version } }`, fetchPolicy: 'network-only' });
    assert.ok(data.server.version);
  }
});
