// Ids, tokens and the clock, without a server.
import test from 'node:test';
import assert from 'node:assert/strict';
import { Session, XunfangError, columns, rxSchemas, uuidv7, watermelonTables } from '../dist/index.js';
import { conflictHandler } from '../dist/rxdb.js';

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test('ids are UUID v7, sort as they were made, and never repeat', () => {
  const ids = Array.from({ length: 50_000 }, () => uuidv7());
  assert.ok(ids.every((id) => UUID_V7.test(id)));
  assert.equal(new Set(ids).size, ids.length);
  assert.deepEqual([...ids].sort(), ids);
  const now = Date.now();
  assert.ok(Math.abs(parseInt(ids.at(-1).replaceAll('-', '').slice(0, 12), 16) - now) < 1000);
});

test('ids go on sorting when the clock is put back', () => {
  const late = uuidv7(Date.now() + 60_000);
  const early = uuidv7(Date.now());
  assert.ok(early > late);
  assert.match(early, UUID_V7);
});

/** A server of words: answers by what the body asks for. */
function words(answers) {
  const asked = [];
  const fetch = async (input, init) => {
    const request = new Request(input, init);
    const body = await request.text();
    const name = /signIn|refreshSession|ask/.exec(body)[0];
    asked.push({ name, body, headers: request.headers });
    const answer = answers(name, asked.filter((it) => it.name === name).length, request);
    return new Response(JSON.stringify(answer.body ?? answer), { status: 200, headers: answer.headers });
  };
  return { asked, fetch };
}

const viewer = { accountId: 'account-1' };
const tokens = (count) => ({ accessToken: `access-${count}`, refreshToken: `refresh-${count}`, expiresInMs: 900_000, viewer });
const refusal = (code) => ({ data: null, errors: [{ message: code, extensions: { code } }] });

function session(answers, options = {}) {
  const { asked, fetch } = words(answers);
  return { asked, session: new Session({ url: 'http://test/', deviceId: 'device', fetch, ...options }) };
}

test('a token that ran out is exchanged once for all who wait, and every request is repeated', async () => {
  const { asked, session: mine } = session((name, count, request) => {
    if (name === 'signIn') {
      return { data: { signIn: tokens(0) } };
    }
    if (name === 'refreshSession') {
      return { data: { refreshSession: tokens(1) } };
    }
    return request.headers.get('authorization') === 'Bearer access-1' ? { data: { ask: count } } : refusal('TOKEN_EXPIRED');
  });
  await mine.signIn('who', 'secret');
  await Promise.all([1, 2, 3].map(() => mine.query('{ ask }')));
  assert.equal(asked.filter(({ name }) => name === 'refreshSession').length, 1);
});

test('when the answer to a refresh is lost the same refresh token is asked again', async () => {
  let isLost = true;
  const kept = [];
  const { asked, session: mine } = session(
    (name, count, request) => {
      if (name === 'refreshSession') {
        if (isLost) {
          throw new TypeError('fetch failed');
        }
        return { data: { refreshSession: tokens(2) } };
      }
      if (name === 'signIn') {
        return { data: { signIn: tokens(0) } };
      }
      return request.headers.get('authorization') === 'Bearer access-2' ? { data: { ask: 1 } } : refusal('TOKEN_EXPIRED');
    },
    { onTokens: (tokens) => void kept.push(tokens?.refreshToken) },
  );
  await mine.signIn('who', 'secret');
  await assert.rejects(mine.query('{ ask }'), TypeError);
  assert.ok(mine.isSignedIn);
  isLost = false;
  await mine.query('{ ask }');
  const refreshes = asked.filter(({ name }) => name === 'refreshSession');
  assert.ok(refreshes.every(({ body }) => body.includes('refresh-0')));
  assert.deepEqual(kept, ['refresh-0', 'refresh-2']);
});

test('what is kept belongs to the account, however its name is typed and whatever the address of the server', async () => {
  const scopes = [];
  let kept;
  for (const [url, account] of [['http://test/', 'who'], ['http://test', 'Who '], ['https://other', 'ＷＨＯ']]) {
    const answers = (name) => ({ data: { [name]: tokens(0) } });
    const { session: mine } = session(answers, { url, onTokens: (tokens) => void (kept = tokens) });
    await mine.signIn(account, 'secret');
    scopes.push(mine.scope, new Session({ url, deviceId: 'device', tokens: kept }).scope);
    await mine.refresh();
    scopes.push(mine.scope);
  }
  assert.equal(new Set(scopes).size, 1, scopes.join());
  assert.match(scopes[0], /account-1/);
});

test('other refusals are handed on and refresh nothing', async () => {
  const { asked, session: mine } = session((name) => (name === 'signIn' ? { data: { signIn: tokens(0) } } : refusal('FORBIDDEN')));
  await mine.signIn('who', 'secret');
  await assert.rejects(mine.query('{ ask }'), (error) => error instanceof XunfangError && error.code === 'FORBIDDEN');
  assert.deepEqual(asked.map(({ name }) => name), ['signIn', 'ask']);
});

test('a new row says how long after the last contact it was made, whatever the clock says', async () => {
  let now = 1000;
  const { asked, session: mine } = session(
    (name) => (name === 'signIn' ? { data: { signIn: tokens(0) } } : { body: { data: {} }, headers: { 'Xunfang-Contact': 'contact-7' } }),
    { monotonic: () => now },
  );
  await mine.signIn('who', 'secret');
  assert.equal(mine.observed().contactId, undefined);
  await mine.query('{ ask }');
  const [boot, wall] = asked.at(-1).headers.get('xunfang-clock').split(';');
  assert.equal(boot, mine.bootId);
  assert.ok(!Number.isNaN(Date.parse(wall)));
  now += 5000;
  const { contactId, bootId, elapsedMs } = mine.observed();
  assert.deepEqual({ contactId, bootId, elapsedMs }, { contactId: 'contact-7', bootId: boot, elapsedMs: 5000 });
});

test('no column has a name that a document of RxDB or a row of WatermelonDB has itself', async () => {
  const { basePrototype } = await import('rxdb/plugins/core');
  const taken = new Set([...Object.keys(basePrototype), 'collection', 'isInstanceOfRxDocument', 'primary', 'revision', 'deleted']);
  for (const [name, schema] of Object.entries(rxSchemas)) {
    assert.deepEqual(Object.keys(schema.properties).filter((it) => taken.has(it) || it.startsWith('_')), [], name);
  }
  for (const [name, table] of Object.entries(watermelonTables)) {
    const reserved = ['id', '_status', '_changed', 'local_storage'];
    assert.deepEqual(table.map((it) => it.name).filter((it) => reserved.includes(it)), [], name);
  }
});

test('what only the server writes is no reason to push, but is news from the server', () => {
  const { isEqual } = conflictHandler('ticket');
  const row = { id: '1', summary: '水', seq: 1, zoneId: undefined };
  const stamped = { ...row, seq: 2, zoneId: 'z' };
  assert.ok(isEqual(row, stamped, 'upstream-check-if-equal'));
  assert.ok(isEqual(row, stamped, 'downstream-check-if-equal-0'));
  assert.ok(!isEqual(row, stamped, 'downstream-check-if-equal-1'));
  assert.ok(!isEqual(row, { ...row, summary: '火' }, 'upstream-check-if-equal'));
  assert.ok(!isEqual(row, { ...row, _deleted: true }, 'upstream-check-if-equal'));
  assert.ok(isEqual(row, { ...row, description: '' }, 'upstream-check-if-equal'), 'an empty text is no text');
  assert.equal(columns.ticket.summary.written, 'edited');
});
