// Servers that stop, die, are restored from a backup or have no room, and tokens that run out.
import test from 'node:test';
import assert from 'node:assert/strict';
import { uuidv7 } from '../dist/index.js';
import { Socket } from './support/socket.mjs';
import { stage } from './support/stage.mjs';
import { until } from './support/until.mjs';

const here = stage({ XUNFANG_ACCESS_TOKEN_SECONDS: '2' });
const newTicket = (more = {}) => ({ id: uuidv7(), communityId: here.community.id, summary: '水管漏水', ...more });
const live = 'subscription { streamTicket { documents { id deleted } checkpoint { cursor epoch } } }';

test('1.3 #14 an expired token closes with 4403, before and after the connection', async () => {
  const token = await here.desk.session.token();
  const socket = await Socket.open(here.server, token);
  socket.subscribe(live);
  await until(() => socket.closed, 'the end of the token');
  assert.deepEqual(socket.closed, { code: 4403, reason: 'TOKEN_EXPIRED' });
  const late = Socket.dial(here.server, { headers: { Authorization: `Bearer ${token}` } });
  await until(() => late.closed, 'the refusal');
  assert.equal(late.closed.code, 4403);
  const wrong = socket.frames.filter(({ type, payload }) => {
    return ['complete', 'error'].includes(type) || (type === 'next' && !payload.data);
  });
  assert.deepEqual(wrong, [], '1.3 #15: not a word that ends the stream');
});

test('1.3 #14 #17 a phone whose token runs out again and again stays live, with the new token', async (t) => {
  const phone = await here.rxdb(t, 'assistant', { collections: ['ticket'] });
  for (let count = 1; count <= 3; count += 1) {
    await until(() => phone.proxy.upgrades > count, `connection ${count + 1}`);
    const pulls = () => phone.proxy.operations('PullTicket').length;
    await phone.inSync();
    const before = pulls();
    const id = await here.desk.open({ summary: `第 ${count} 次` });
    await phone.sees('ticket', id, { summary: `第 ${count} 次` });
    const row = newTicket();
    await phone.insert('ticket', row);
    await phone.sees('ticket', row.id, { state: 'recorded' });
    t.diagnostic(`${pulls() - before} pulls`);
  }
  const tokens = new Set(phone.proxy.operations('PullTicket').map(({ token }) => token));
  assert.ok(tokens.size >= 3, 'it pulled with new tokens');
  assert.deepEqual((await phone.stats()).errors, []);
});

test('1.3 #16 a phone comes back however often the connection failed', async (t) => {
  const phone = await here.rxdb(t, 'assistant', { collections: ['ticket'] });
  phone.offline();
  const from = phone.proxy.refused;
  await until(() => phone.proxy.refused - from > 12, 'a dozen attempts');
  phone.online();
  const before = phone.proxy.upgrades;
  await until(() => phone.proxy.upgrades > before, 'the connection');
  const id = await here.desk.open({ summary: '回来之后' });
  await phone.sees('ticket', id, { summary: '回来之后' });
});

test('a socket that answers is left alone, and one that has gone silent is opened anew', async (t) => {
  // Tokens that outlast the test, so that no socket ends for another reason.
  await here.server.down();
  await here.server.up({ XUNFANG_ACCESS_TOKEN_SECONDS: '600' });
  const phone = await here.rxdb(t, 'assistant', { collections: ['ticket', 'ticketEvent'], keepAliveMs: 1_000 });
  await until(() => phone.proxy.pongs >= 3, 'answers');
  assert.equal(phone.proxy.upgrades, 1);
  phone.proxy.swallowSockets();
  const id = await here.desk.open({ summary: '没有回音' });
  await until(() => phone.proxy.upgrades === 2, 'another socket');
  await phone.sees('ticket', id, { summary: '没有回音' });
  const after = await here.desk.open({ summary: '有回音了' });
  await phone.sees('ticket', after, { summary: '有回音了' });
  assert.deepEqual((await phone.stats()).uncaught, []);
  await here.server.down();
  await here.server.up({ XUNFANG_ACCESS_TOKEN_SECONDS: '2' });
});

test('a lost answer to a refresh signs nobody out', async (t) => {
  const phone = await here.rxdb(t, 'assistant', { collections: ['ticket'] });
  phone.proxy.next(({ body }) => /refreshSession/.test(body.query), { drop: true }, 3);
  await until(() => phone.proxy.seen.filter(({ dropped, body }) => dropped && /refreshSession/.test(body.query)).length >= 3, 'the losses');
  const row = newTicket();
  await phone.insert('ticket', row);
  await phone.sees('ticket', row.id, { state: 'recorded' });
});

for (const signal of ['SIGTERM', 'SIGKILL']) {
  test(`a server that ends by ${signal} in the middle loses nothing and does nothing twice`, async (t) => {
    const phone = await here.rxdb(t, 'assistant', { collections: ['ticket', 'ticketEvent'], pushBatchSize: 4 });
    const socket = await Socket.open(here.server, await here.desk.session.token());
    socket.subscribe(live);
    phone.offline();
    const rows = Array.from({ length: 40 }, (_, count) => newTicket({ summary: `重启 ${count}` }));
    await phone.call('insertAll', 'ticket', rows);
    phone.online();
    await until(() => phone.proxy.operations('PushTicket').some(({ answer }) => answer?.data), 'the first answer');
    await here.server.down(signal);
    if (signal === 'SIGTERM') {
      // Unless its token has just run out, which takes no more than two seconds here.
      const { code } = await until(() => socket.closed, 'the farewell');
      assert.ok([1012, 4403].includes(code), `${code}`);
    }
    const more = newTicket({ summary: '停机时' });
    await phone.insert('ticket', more);
    await here.server.up();
    for (const row of [...rows, more]) {
      await phone.sees('ticket', row.id, { state: 'recorded' });
    }
    const events = (await here.desk.all('ticket_event')).map(({ document }) => document);
    for (const { id } of [...rows, more]) {
      assert.equal(events.filter(({ ticketId }) => ticketId === id).length, 1, 'opened once');
    }
    const after = await here.desk.open({ summary: '重启之后' });
    await phone.sees('ticket', after, { summary: '重启之后' });
    await phone.equals(here.desk, 'ticket', 'ticketEvent');
    assert.deepEqual((await here.desk.issues()).filter(({ recordId }) => rows.some(({ id }) => id === recordId)), []);
  });
}

test('1.3 #22 after a restored backup phones begin anew, drop what was lost and send what is unsent', async (t) => {
  const kept = await here.desk.open({ summary: '备份之前' });
  const phone = await here.rxdb(t, 'assistant', { collections: ['ticket', 'ticketEvent'] });
  await here.server.backUp();
  const lost = await here.desk.open({ summary: '备份之后' });
  await phone.sees('ticket', lost, { summary: '备份之后' });
  phone.offline();
  await phone.patch('ticket', kept, { description: '离线时写的' });
  const unsent = newTicket({ summary: '离线时开的' });
  await phone.insert('ticket', unsent);
  await here.server.restore();
  phone.online();
  // The backup knows nothing of the tokens that were exchanged since: a person types the password again.
  await here.desk.signInAgain();
  await phone.call('signInAgain');
  await phone.sees('ticket', unsent.id, { state: 'recorded' });
  await phone.sees('ticket', lost, null);
  await until(async () => (await here.desk.ticket(kept)).description === '离线时写的', 'the edit at the desk');
  await phone.equals(here.desk, 'ticket', 'ticketEvent');
  const after = await here.desk.open({ summary: '恢复之后' });
  await phone.sees('ticket', after, { summary: '恢复之后' });
});

test('what the lost server said while a pull was under way does not outlive the restore', async (t) => {
  const phone = await here.rxdb(t, 'assistant', { collections: ['ticket', 'ticketEvent'] });
  await here.server.backUp();
  await phone.inSync();
  const held = phone.proxy.next('PullTicketEvent', { delay: new Promise(() => {}) });
  await phone.call('resync');
  await until(() => held.hits === 1, 'the pull');
  const lost = await here.desk.open({ summary: '备份之后' });
  await phone.sees('ticket', lost, { state: 'recorded' });
  await here.desk.advance(lost, 'ordered');
  await phone.sees('ticket', lost, { state: 'ordered' });
  phone.offline();
  await here.server.restore();
  let go;
  const hold = new Promise((done) => (go = done));
  const sweep = phone.proxy.next(({ body }) => /page: pullTicketEvent/.test(body.query), { hold });
  phone.online();
  await here.desk.signInAgain();
  await phone.call('signInAgain');
  // The new server speaks while the phone still finds out what the old one had.
  await until(() => sweep.hits === 1, 'the sweep');
  const after = await here.desk.open({ summary: '恢复之后' });
  await phone.sees('ticket', after, { state: 'recorded' });
  go();
  await phone.sees('ticket', lost, null);
  await phone.equals(here.desk, 'ticket', 'ticketEvent');
});

test('sweeping takes away nothing that is right, nor what is unsent', async (t) => {
  const phone = await here.rxdb(t, 'assistant', { collections: ['ticket'] });
  phone.offline();
  const unsent = newTicket();
  await phone.insert('ticket', unsent);
  phone.online();
  await phone.call('sweep', 'ticket');
  await phone.sees('ticket', unsent.id, { state: 'recorded' });
  await phone.equals(here.desk, 'ticket');
});

test('1.3 #14 a server without room closes with 1013, and the phone comes back', async (t) => {
  await here.server.down();
  await here.server.up({ XUNFANG_SOCKETS: '1' });
  const only = await Socket.open(here.server, await here.desk.session.token());
  const phone = await here.rxdb(t, 'assistant', { collections: ['ticket'] });
  const second = Socket.dial(here.server, { headers: { Authorization: `Bearer ${await here.desk.session.token()}` } });
  await until(() => second.closed, 'the refusal');
  assert.equal(second.closed.code, 1013);
  const row = newTicket();
  await phone.insert('ticket', row);
  await until(() => here.desk.ticket(row.id), 'a push without a socket');
  only.close();
  const id = await here.desk.open({ summary: '有位置了' });
  await phone.sees('ticket', id, { summary: '有位置了' });
  await here.server.down();
  await here.server.up({ XUNFANG_SOCKETS: '100' });
});

test('1.3 #18 a server with too much to do refuses early, in words a client can read', async () => {
  await here.server.down();
  await here.server.up({ XUNFANG_REQUESTS: '1' });
  const ask = async () => {
    const answer = await fetch(`${here.server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await here.desk.session.token()}` },
      body: JSON.stringify({ query: '{ communities { id } }' }),
    });
    return answer.json();
  };
  const refusedOnce = async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, ask));
    const codes = answers.flatMap(({ errors }) => errors ?? []).map(({ extensions }) => extensions.code);
    assert.ok(codes.every((code) => code === 'OVERLOADED'), codes.join());
    here.server.forget();
    return codes.length > 0;
  };
  await until(refusedOnce, 'a refusal');
  await here.server.down();
  await here.server.up({ XUNFANG_REQUESTS: '256' });
});
