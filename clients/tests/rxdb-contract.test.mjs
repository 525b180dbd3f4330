// Every fact about RxDB that concerns a server, shown with RxDB itself. `plain` phones use RxDB's own
// query builders and defaults and nothing of ours.
import test from 'node:test';
import assert from 'node:assert/strict';
import { uuidv7 } from '../dist/index.js';
import { Socket } from './support/socket.mjs';
import { stage } from './support/stage.mjs';
import { until } from './support/until.mjs';

const here = stage();
const plain = (t, account, options) => here.rxdb(t, account, { mode: 'plain', ...options });
const newTicket = (more = {}) => ({ id: uuidv7(), communityId: here.community.id, summary: '水管漏水', ...more });
const answers = (phone, operation) =>
  phone.proxy.operations(operation).filter(({ answer }) => answer).map(({ answer }) => Object.values(answer.data ?? {})[0]);

test('1.3 #1 a client without batch size gets all rows', async (t) => {
  const phone = await plain(t, 'assistant', { collections: ['party'] });
  const wanted = await here.desk.rows('party');
  assert.ok(wanted.size > 100, 'the demo has enough rows to show it');
  assert.equal(phone.proxy.operations('PullParty')[0].body.variables.limit, 20, 'it asks for 20');
  await phone.equals(here.desk, 'party');
});

test('1.3 #2 a page is short only at the head, and too large a page is refused', async (t) => {
  const phone = await plain(t, 'assistant', { collections: ['ticketEvent'], batchSize: 150 });
  await phone.inSync();
  await phone.equals(here.desk, 'ticketEvent');
  const desk = here.desk;
  const page = async (limit, checkpoint) => {
    const query = `query PullParty($checkpoint: PartyInputCheckpoint, $limit: Int!) {
      pullParty(checkpoint: $checkpoint, limit: $limit) { documents { id deleted } checkpoint { cursor epoch } } }`;
    return (await desk.query(query, { limit, checkpoint })).pullParty;
  };
  const wanted = (await desk.rows('party')).size;
  for (const limit of [1, 20, 100, 130, 1000]) {
    const ids = new Set();
    let checkpoint;
    for (;;) {
      const { documents, checkpoint: next } = await page(limit, checkpoint);
      documents.forEach(({ id }) => ids.add(id));
      checkpoint = next;
      if (documents.length < Math.max(limit, 100)) {
        break;
      }
    }
    assert.equal(ids.size, wanted, `all rows by pages of ${limit}`);
  }
  await assert.rejects(page(1001), { code: 'INVALID_INPUT' });
});

test('1.3 #3 the default handler loses nothing where two phones edit different fields', async (t) => {
  const id = await here.desk.open({ summary: '原来', description: '原来' });
  const one = await plain(t, 'assistant', { collections: ['ticket'] });
  const other = await plain(t, 'assistant_b', { collections: ['ticket'] });
  one.offline();
  other.offline();
  await one.patch('ticket', id, { summary: '甲的标题' });
  await other.patch('ticket', id, { description: '乙的说明' });
  one.online();
  other.online();
  const both = { summary: '甲的标题', description: '乙的说明' };
  await one.sees('ticket', id, both);
  await other.sees('ticket', id, both);
  assert.deepEqual([(await one.stats()).conflicts, (await other.stats()).conflicts], [0, 0]);
  assert.deepEqual(await here.desk.issues(id), []);
});

test('1.3 #3 where both edit the same field the value that lost is kept in an issue', async (t) => {
  const id = await here.desk.open({ summary: '原来' });
  const phone = await plain(t, 'assistant_b', { collections: ['ticket', 'syncIssue'] });
  phone.offline();
  await phone.patch('ticket', id, { summary: '手机的标题' });
  await here.desk.edit(id, { summary: '前台的标题' });
  phone.online();
  await phone.sees('ticket', id, { summary: '前台的标题' });
  const issue = await until(
    async () => (await phone.all('syncIssue')).find((issue) => issue.recordId === id),
    'the issue on the phone',
  );
  assert.deepEqual([issue.kind, issue.field, issue.lostValue], ['field_lost', 'summary', '"手机的标题"']);
  await phone.equals(here.desk, 'ticket');
});

for (const mode of ['plain', 'helper']) {
  test(`1.3 #3 a merge comes to a phone whose pull overtakes its push (${mode})`, async (t) => {
    const id = await here.desk.open({ summary: '原来', description: '原来' });
    const phone = await here.rxdb(t, 'assistant_b', { mode, collections: ['ticket'] });
    await phone.sees('ticket', id, { summary: '原来' });
    phone.proxy.refuseSockets();
    const refused = phone.proxy.next('PullTicket', { refuse: { status: 503 } }, Infinity);
    await phone.call('resync');
    await until(() => refused.hits > 0, 'a pull that is repeated');
    await here.desk.edit(id, { description: '前台的说明' });
    const beside = await here.desk.open({ summary: '旁边的' });
    let answer;
    phone.proxy.next('PushTicket', { hold: new Promise((done) => (answer = done)) });
    await phone.patch('ticket', id, { summary: '手机的标题' });
    await until(async () => (await here.desk.ticket(id)).summary === '手机的标题', 'the edit at the server');
    refused.left = 0;
    if (mode === 'plain') {
      await phone.sees('ticket', beside, { summary: '旁边的' });
    }
    answer();
    await until(async () => {
      // As on a timer.
      await phone.call('resync');
      const { summary, description } = await phone.get('ticket', id);
      return summary === '手机的标题' && description === '前台的说明';
    }, 'what both wrote');
  });
}

for (const mode of ['plain', 'helper']) {
  test(`1.3 #3 a phone whose pull overtakes its insert gets what the server filled in (${mode})`, async (t) => {
    const phone = await here.rxdb(t, 'assistant_b', { mode, collections: ['ticket'] });
    phone.proxy.refuseSockets();
    const refused = phone.proxy.next('PullTicket', { refuse: { status: 503 } }, Infinity);
    await phone.call('resync');
    await until(() => refused.hits > 0, 'a pull that is repeated');
    let answer;
    phone.proxy.next('PushTicket', { hold: new Promise((done) => (answer = done)) });
    const row = newTicket();
    await phone.insert('ticket', row);
    await until(() => here.desk.ticket(row.id), 'the row at the server');
    const beside = await here.desk.open({ summary: '旁边的' });
    refused.left = 0;
    if (mode === 'plain') {
      await phone.sees('ticket', beside, { summary: '旁边的' });
    }
    answer();
    await until(async () => {
      await phone.call('resync');
      return (await phone.get('ticket', row.id))?.state === 'recorded';
    }, 'the state that the server filled in');
  });
}

test('1.3 #4 a handler that merges by field comes to rest', async (t) => {
  const id = await here.desk.open({ summary: '原来', description: '原来', convenientTime: '上午' });
  const phone = await plain(t, 'assistant_b', { collections: ['ticket'], handler: 'threeWay' });
  phone.offline();
  await phone.patch('ticket', id, { summary: '手机的标题', convenientTime: '下午' });
  await here.desk.edit(id, { summary: '前台的标题', description: '前台的说明' });
  phone.online();
  const merged = { summary: '前台的标题', description: '前台的说明', convenientTime: '下午' };
  await phone.sees('ticket', id, merged);
  await phone.inSync();
  assert.ok(phone.proxy.operations('PushTicket').length <= 3, 'it does not push for ever');
  assert.equal((await here.desk.issues(id)).length, 1);
});

test('1.3 #4 a handler that insists on what was refused does not push for ever', async (t) => {
  const id = await here.desk.open({ summary: '原来' });
  const phone = await plain(t, 'assistant_b', { collections: ['ticket'], handler: 'threeWay' });
  phone.offline();
  await phone.patch('ticket', id, { summary: '太晚' });
  await here.desk.advance(id, 'cancelled');
  phone.online();
  await phone.sees('ticket', id, { state: 'cancelled' });
  const last = newTicket();
  await phone.insert('ticket', last);
  await phone.sees('ticket', last.id, { state: 'recorded' });
  await phone.inSync();
  const pushes = phone.proxy.operations('PushTicket').length;
  assert.ok(pushes <= 5, `${pushes} pushes`);
});

test('1.3 #5 what cannot be applied holds back neither later writes nor live events', async (t) => {
  const phone = await plain(t, 'assistant', { collections: ['ticket'], pushBatchSize: 1 });
  const bad = newTicket({ communityId: uuidv7() });
  const good = newTicket();
  await phone.insert('ticket', bad);
  await phone.insert('ticket', good);
  await phone.sees('ticket', good.id, { state: 'recorded' });
  const live = await here.desk.open({ summary: '后来的' });
  await phone.sees('ticket', live, { summary: '后来的' });
  await phone.sees('ticket', bad.id, null);
  assert.ok(phone.proxy.operations('PushTicket').every(({ answer }) => !answer.errors));
  assert.deepEqual((await phone.stats()).errors, []);
});

test('1.3 #6 a rejected insert disappears only to come back as an issue of its author', async (t) => {
  const phone = await plain(t, 'assistant', { collections: ['ticket', 'syncIssue'] });
  const rows = [
    newTicket({ communityId: uuidv7() }),
    newTicket({ summary: '' }),
    { ...newTicket(), id: 'no-uuid' },
    newTicket({ id: uuidv7().toUpperCase() }),
    newTicket({ priority: 'enormous' }),
  ];
  for (const row of rows) {
    await phone.insert('ticket', row);
  }
  for (const row of rows) {
    await phone.sees('ticket', row.id, null);
  }
  const issueOf = async ({ id }) => (await phone.all('syncIssue')).find((issue) => issue.recordId === id);
  for (const row of rows) {
    const issue = await until(() => issueOf(row), `the issue of ${row.id}`);
    assert.equal(issue.kind, 'quarantined');
  }
});

for (const mode of ['plain', 'helper']) {
  test(`1.3 #7 no row brings a null: not a page, not a conflict, not an event (${mode}, with RxDB's validator)`, async (t) => {
    const id = await here.desk.open({ summary: '原来', repairClass: 'other' });
    const phone = await here.rxdb(t, 'assistant_b', { mode, collections: ['ticket', 'syncIssue'], validated: true });
    phone.offline();
    await phone.patch('ticket', id, { summary: '手机的标题' });
    await here.desk.edit(id, { summary: '前台的标题' });
    phone.online();
    await until(async () => (await phone.stats()).conflicts > 0, 'the conflict');
    await phone.sees('ticket', id, { summary: '前台的标题' });
    const answered = [...answers(phone, 'PushTicket'), ...answers(phone, 'PullTicket').map(({ documents }) => documents)].flat();
    assert.ok(answered.some((row) => row.id === id && !('assigneeId' in row)));
    assert.ok(!answered.some((row) => Object.values(row).includes(null)), 'what is null is left out');
    // It goes on: what is written later leaves the phone, and nothing clears a field.
    await phone.patch('ticket', id, { description: '之后', repairClass: '' });
    await until(async () => (await here.desk.ticket(id)).description === '之后', 'the next edit');
    assert.equal((await here.desk.ticket(id)).repairClass, null);
    await here.desk.edit(id, { place: '门口' });
    await phone.sees('ticket', id, { place: '门口', description: '之后' });
    for (const row of await phone.all('ticket')) {
      assert.ok(!Object.values(row).includes(null), JSON.stringify(row));
    }
    assert.deepEqual((await phone.stats()).uncaught, []);
  });
}

test('1.3 #8 a lost answer brings the same body again, and it counts once', async (t) => {
  const phone = await plain(t, 'assistant', { collections: ['ticket'] });
  phone.proxy.next('PushTicket', { drop: true }, 2);
  const row = newTicket();
  await phone.insert('ticket', row);
  await phone.sees('ticket', row.id, { state: 'recorded' });
  const pushes = phone.proxy.operations('PushTicket');
  assert.equal(pushes.length, 3);
  assert.deepEqual(pushes[2].body, pushes[0].body);
  assert.deepEqual(answers(phone, 'PushTicket').at(-1), []);
  assert.equal((await here.desk.events(row.id)).length, 1);

  phone.proxy.next('PushTicket', { drop: true });
  await phone.patch('ticket', row.id, { priority: 'high' });
  await until(async () => (await here.desk.ticket(row.id)).priority === 'high', 'the edit');
  await phone.inSync();
  assert.deepEqual(answers(phone, 'PushTicket').at(-1), []);
  assert.equal((await here.desk.events(row.id)).length, 2);
  assert.deepEqual(await here.desk.issues(row.id), []);
  assert.equal((await phone.stats()).conflicts, 0);
});

for (const [what, prepare] of [
  ['an insert', async (phone, row) => phone.insert('ticket', row)],
  ['an edit', async (phone, row) => phone.patch('ticket', row.id, { summary: '第一次' })],
]) {
  test(`1.3 #9 the second edit after a lost answer to ${what} is kept`, async (t) => {
    const phone = await plain(t, 'assistant', { collections: ['ticket'] });
    const row = newTicket();
    if (what === 'an edit') {
      await here.desk.open({ summary: '原来' }, row.id);
      await phone.sees('ticket', row.id, { summary: '原来' });
    }
    let release;
    phone.proxy.next('PushTicket', { drop: true });
    phone.proxy.next('PushTicket', { delay: new Promise((done) => (release = done)) });
    await prepare(phone, row);
    await until(() => phone.proxy.operations('PushTicket').length === 2, 'the repetition');
    await phone.patch('ticket', row.id, { summary: '第二次', description: '补充' });
    release();
    await until(async () => (await here.desk.ticket(row.id))?.summary === '第二次', 'the second edit');
    await phone.inSync();
    await phone.sees('ticket', row.id, { summary: '第二次', description: '补充' });
    assert.deepEqual(await here.desk.issues(row.id), []);
  });
}

test('1.3 #10 two quick edits are two edits and no conflict', async (t) => {
  const id = await here.desk.open({ summary: '零' });
  const phone = await plain(t, 'assistant', { collections: ['ticket'] });
  // What the server stamps does not come home in between.
  phone.proxy.cutSockets();
  for (const summary of ['一', '二', '三', '四']) {
    await phone.patch('ticket', id, { summary });
    await phone.inSync();
  }
  await phone.sees('ticket', id, { summary: '四' });
  assert.equal((await here.desk.ticket(id)).summary, '四');
  assert.equal((await phone.stats()).conflicts, 0);
  assert.deepEqual(await here.desk.issues(id), []);
});

test('1.3 #11 no row is skipped while many commit at once', async (t) => {
  const phone = await plain(t, 'assistant', { collections: ['ticket'] });
  const desks = await Promise.all(['assistant', 'assistant_b', 'supervisor', 'team_leader'].map((it) => here.signIn(it)));
  const opened = await Promise.all(
    desks.map(async (desk) => {
      const ids = [];
      for (let count = 0; count < 8; count += 1) {
        ids.push(await desk.open({ communityId: here.community.id, summary: `同时 ${count}` }));
      }
      return ids;
    }),
  );
  for (const id of opened.flat()) {
    await phone.sees('ticket', id, { state: 'recorded' });
  }
  assert.equal((await phone.stats()).errors.length, 0);
});

test('1.3 #12 events bring all that changed since the last pull, and their checkpoint leads no further', async (t) => {
  // Somebody else than who writes: his own work is given more than once.
  const reader = await here.signIn('supervisor');
  const open = async () => {
    const socket = await Socket.open(here.server, await reader.session.token());
    t.after(() => socket.close());
    socket.subscribe('subscription { streamTicket(headers: null) { documents { id deleted } checkpoint { cursor epoch } } }');
    return socket;
  };
  const pull = async (checkpoint) => {
    const query = `query ($checkpoint: TicketInputCheckpoint) { pullTicket(checkpoint: $checkpoint, limit: 1000) {
      documents { id } checkpoint { cursor epoch } } }`;
    const { pullTicket: page } = await reader.query(query, { checkpoint });
    return { checkpoint: page.checkpoint, ids: page.documents.map(({ id }) => id) };
  };
  const given = (socket) => new Set(socket.events().flatMap(({ documents }) => documents.map(({ id }) => id)));
  const first = await open();
  const known = await here.desk.open({ summary: '拉取之前' });
  await until(() => given(first).has(known), 'the first row');
  const pulled = await pull();
  first.close();
  const tickets = [await here.desk.open({ summary: '断线之时' })];
  const socket = await open();
  for (let count = 0; count < 5; count += 1) {
    tickets.push(await here.desk.open({ summary: '订阅之后' }));
  }
  await until(() => tickets.every((id) => given(socket).has(id)), 'all six rows');
  assert.ok(!given(socket).has(known));
  for (const { checkpoint } of [pulled, ...socket.events()]) {
    const { ids } = await pull(checkpoint);
    assert.deepEqual([...new Set(ids)].sort(), [...tickets].sort());
  }
});

test('1.3 #12 what was written while the socket was down comes to a phone whose push hangs', async (t) => {
  const phone = await plain(t, 'assistant', { collections: ['ticket'] });
  let answer;
  const held = phone.proxy.next('PushTicket', { hold: new Promise((done) => (answer = done)) });
  await phone.insert('ticket', newTicket({ summary: '自己的' }));
  await until(() => held.hits > 0, 'the push');
  const heard = async (summary) => {
    const before = phone.proxy.events;
    const id = await here.desk.open({ summary });
    await until(() => phone.proxy.events > before, 'the event');
    return id;
  };
  const tickets = [await heard('推送未答时')];
  const { upgrades } = phone.proxy;
  phone.proxy.refuseSockets();
  tickets.push(await here.desk.open({ summary: '断线之时' }));
  phone.proxy.allowSockets();
  await until(() => phone.proxy.upgrades > upgrades, 'the socket');
  tickets.push(await heard('重连之后'));
  answer();
  for (const id of tickets) {
    await phone.sees('ticket', id, {});
  }
});

for (const [when, signal, fault] of [
  ['its answer comes late', 'SIGKILL', 'hold'],
  ['its answer comes late', 'SIGTERM', 'hold'],
  ['it comes late itself', 'SIGKILL', 'delay'],
]) {
  test(`1.3 #12 what was written about a restart (${signal}) comes to a phone whose push hangs: ${when}`, async (t) => {
    const phone = await plain(t, 'assistant', { collections: ['ticket'] });
    let release;
    const held = phone.proxy.next('PushTicket', { [fault]: new Promise((done) => (release = done)) });
    const own = newTicket({ summary: '自己的' });
    await phone.insert('ticket', own);
    await until(() => held.hits > 0, 'the push');
    // RxDB forgets that it was to pull when an event waits before that.
    const before = phone.proxy.events;
    const tickets = [await here.desk.open({ summary: '停机之前' })];
    await until(() => phone.proxy.events > before, 'the event');
    const { upgrades } = phone.proxy;
    phone.proxy.refuseSockets();
    tickets.push(await here.desk.open({ summary: '断线之时' }));
    await here.server.down(signal);
    await here.server.up();
    tickets.push(await here.desk.open({ summary: '重启之后' }));
    phone.proxy.allowSockets();
    await until(() => phone.proxy.upgrades > upgrades, 'the socket');
    tickets.push(await here.desk.open({ summary: '重连之后' }));
    release();
    for (const id of [...tickets, own.id]) {
      await phone.sees('ticket', id, {});
    }
  });
}

test('1.3 #12 an event that is applied after a newer pull does not stay', async (t) => {
  const id = await here.desk.open({ summary: '原来' });
  const phone = await plain(t, 'assistant_b', { collections: ['ticket'] });
  await phone.sees('ticket', id, { summary: '原来' });
  // As on a timer: the server knows where the phone stands.
  await phone.call('resync');
  await phone.inSync();
  let ask;
  const kept = phone.proxy.next('PullTicket', { delay: new Promise((done) => (ask = done)) });
  await phone.call('resync');
  await until(() => kept.hits > 0, 'a pull that is on its way');
  const before = phone.proxy.events;
  await here.desk.edit(id, { summary: '较早的' });
  await until(() => phone.proxy.events > before, 'the event');
  const { upgrades } = phone.proxy;
  phone.proxy.refuseSockets();
  await here.desk.edit(id, { summary: '较新的' });
  phone.proxy.allowSockets();
  await until(() => phone.proxy.upgrades > upgrades, 'the socket');
  const events = phone.proxy.events;
  const beside = await here.desk.open({ summary: '旁边的' });
  await until(() => phone.proxy.events > events, 'an event on it');
  ask();
  await phone.sees('ticket', beside, {});
  await phone.sees('ticket', id, { summary: '较新的' });
});

test('1.3 #12 a phone that moved to another zone while its push hung holds what it may see', async (t) => {
  const desk = await here.signIn('estate_manager');
  const worker = await here.signIn('security_guard');
  const phone = await plain(t, 'security_guard', { collections: ['ticket', 'patrolPoint', 'patrolTask'] });
  await phone.equals(worker, 'ticket', 'patrolPoint', 'patrolTask');
  const { me } = await worker.query('{ me { positions { staffMemberId post zoneId } } }');
  const [{ staffMemberId, post, zoneId }] = me.positions;
  const { zones } = await desk.query('query ($id: UUID!) { zones(communityId: $id) { id } }', { id: here.community.id });
  const move = (zoneId) =>
    desk.query(`mutation ($input: MoveStaffMemberInput!) { moveStaffMember(input: $input) { __typename } }`, {
      input: { staffMemberId, post, zoneId },
    });
  let answer;
  const held = phone.proxy.next('PushTicket', { hold: new Promise((done) => (answer = done)) });
  await phone.insert('ticket', newTicket({ summary: '自己的' }));
  await until(() => held.hits > 0, 'the push');
  const before = phone.proxy.events;
  await here.desk.open({ summary: '推送未答时' });
  await until(() => phone.proxy.events > before, 'the event');
  const { upgrades } = phone.proxy;
  phone.proxy.refuseSockets();
  await move(zones.find(({ id }) => id !== zoneId).id);
  phone.proxy.allowSockets();
  await until(() => phone.proxy.upgrades > upgrades, 'the socket');
  answer();
  await phone.equals(worker, 'ticket', 'patrolPoint', 'patrolTask');
  await move(zoneId);
  await phone.equals(worker, 'ticket', 'patrolPoint', 'patrolTask');
});

test('1.3 #12 a phone whose sockets are cut again and again misses nothing', async (t) => {
  const phone = await plain(t, 'assistant', { collections: ['ticket', 'ticketEvent'] });
  for (let count = 0; count < 6; count += 1) {
    const id = await here.desk.open({ summary: `切断 ${count}` });
    phone.proxy.cutSockets();
    await here.desk.advance(id, 'ordered');
  }
  await phone.equals(here.desk, 'ticket', 'ticketEvent');
});

test('1.3 #13 a change of reach comes by itself, without a word from the phone', async (t) => {
  const desk = await here.signIn('supervisor2');
  const phone = await plain(t, 'maintenance_worker2', { collections: ['ticket'] });
  const worker = await here.signIn('maintenance_worker2');
  await phone.equals(worker, 'ticket');
  const held = await phone.call('count', 'ticket');
  const { communities } = await desk.query('{ communities { id } }');
  const { buildings } = await desk.query('query ($id: UUID!) { buildings(communityId: $id) { id name zone { id } } }', {
    id: communities[0].id,
  });
  const zones = [...new Set(buildings.map(({ zone }) => zone.id))];
  const move = `mutation ($input: PutBuildingInZoneInput!) { putBuildingInZone(input: $input) { __typename } }`;
  const [building] = buildings.filter(({ name }) => name === 'A座厂房');
  const other = zones.find((zone) => zone !== building.zone.id);
  const pulls = phone.proxy.operations('PullTicket').length;
  for (const zoneId of [other, building.zone.id]) {
    await desk.query(move, { input: { buildingId: building.id, zoneId } });
    await phone.equals(worker, 'ticket');
  }
  assert.equal(await phone.call('count', 'ticket'), held);
  assert.equal(phone.proxy.operations('PullTicket').length, pulls, 'events brought all of it');
});

test('1.3 #15 a stream neither completes nor sends empty data', async (t) => {
  // A session that the server knows from its beginning: of another one a stream waits for a pull.
  const { session } = await here.signIn('assistant');
  const socket = await Socket.open(here.server, await session.token());
  t.after(() => socket.close());
  for (const stream of ['streamTicket', 'streamTicketEvent', 'streamParty', 'streamSyncIssue']) {
    socket.subscribe(`subscription onStream { ${stream} { documents { id deleted } checkpoint { cursor epoch } } }`);
  }
  const id = await here.desk.open();
  await here.desk.advance(id, 'ordered', 'cancelled');
  await until(() => socket.events().length >= 4, 'events');
  const wrong = socket.frames.filter(({ type, payload }) => {
    return ['complete', 'error'].includes(type) || (type === 'next' && (!payload.data || payload.errors));
  });
  assert.deepEqual(wrong, []);
  assert.ok(socket.events().every(({ documents }) => documents.length > 0));
});

test('1.3 #18 refusals by whoever stands in between only delay', async (t) => {
  const phone = await plain(t, 'assistant', { collections: ['ticket'] });
  const refusals = [
    { status: 401, body: '{"errors":[{"message":"no"}]}', headers: { 'content-type': 'application/json' } },
    { status: 429, body: '', headers: { 'retry-after': '1' } },
    { status: 503, body: '<html>Service Unavailable</html>', headers: { 'content-type': 'text/html' } },
  ];
  for (const refuse of refusals) {
    phone.proxy.next('PushTicket', { refuse });
  }
  const row = newTicket();
  await phone.insert('ticket', row);
  await phone.sees('ticket', row.id, { state: 'recorded' });
  assert.equal(phone.proxy.operations('PushTicket').length, 4);
  assert.equal((await here.desk.events(row.id)).length, 1);
});

test('1.3 #19 a child that arrives before its parent waits for it', async (t) => {
  const phone = await plain(t, 'assistant', { collections: ['ticket', 'ticketEvent'] });
  let release;
  phone.proxy.next('PushTicket', { delay: new Promise((done) => (release = done)) });
  const row = newTicket();
  await phone.insert('ticket', row);
  await until(() => phone.proxy.operations('PushTicket').length === 1, 'the parent on its way');
  const event = { id: uuidv7(), ticketId: row.id, kind: 'noted', note: '先到的备注' };
  await phone.insert('ticketEvent', event);
  await until(() => phone.proxy.operations('PushTicketEvent').some(({ answer }) => answer), 'the child at the server');
  assert.deepEqual(answers(phone, 'PushTicketEvent')[0], [], 'it waits, which is no conflict');
  release();
  await until(async () => (await here.desk.events(row.id)).some(({ id }) => id === event.id), 'the note');
  await phone.sees('ticketEvent', event.id, { note: '先到的备注', communityId: here.community.id });
  assert.deepEqual(await here.desk.issues(event.id), []);
});

test('1.3 #19 batches that arrive in parallel all arrive', async (t) => {
  const phone = await plain(t, 'assistant', { collections: ['ticket'], pushBatchSize: 5 });
  phone.offline();
  const rows = Array.from({ length: 25 }, (_, count) => newTicket({ summary: `离线 ${count}` }));
  await phone.call('insertAll', 'ticket', rows);
  phone.online();
  const arrived = async () => {
    const tickets = await here.desk.rows('ticket');
    return rows.every(({ id }) => tickets.has(id));
  };
  await until(arrived, 'all rows at the server');
  assert.ok(phone.proxy.operations('PushTicket').every(({ body }) => body.variables.ticketPushRow.length <= 5));
});

test('1.3 #20 what leaves the sight of a phone leaves as a bare tombstone and may come again', async (t) => {
  const id = await here.desk.open({ summary: '公共区域' });
  await here.desk.advance(id, 'ordered');
  const phone = await plain(t, 'maintenance_worker_b', { collections: ['ticket', 'ticketEvent'] });
  const worker = await here.signIn('maintenance_worker_b');
  const [{ checkpoint }] = answers(phone, 'PullTicket').slice(-1);
  await here.desk.assign(id, here.workerB.id);
  await phone.sees('ticket', id, { assigneeId: here.workerB.id });
  await here.desk.assign(id, here.worker.id);
  const isOut = (await worker.ticket(id)) === undefined;
  assert.ok(isOut, 'he does not see it any more');
  await phone.sees('ticket', id, null);
  await phone.equals(worker, 'ticket', 'ticketEvent');

  const query = phone.proxy.operations('PullTicket')[0].body.query;
  const seen = (await here.signIn('maintenance_worker_b')).query(query, { limit: 100, checkpoint });
  for (const row of (await seen).pullTicket.documents.filter((row) => row.id === id)) {
    const { id: key, deleted, ...rest } = row;
    assert.deepEqual([key, deleted], [id, true]);
    assert.ok(Object.values(rest).every((value) => value === null), JSON.stringify(rest));
  }

  await here.desk.assign(id, here.workerB.id);
  await phone.sees('ticket', id, { assigneeId: here.workerB.id, summary: '公共区域' });
  assert.equal(phone.proxy.operations('PushTicket').length, 0, 'nothing is echoed');
});

test('1.3 #21 an edit of a row that has left is kept in quarantine', async (t) => {
  const id = await here.desk.open({ summary: '原来' });
  await here.desk.advance(id, 'ordered');
  await here.desk.assign(id, here.workerB.id);
  const phone = await plain(t, 'maintenance_worker_b', { collections: ['ticket', 'syncIssue'] });
  await phone.sees('ticket', id, { summary: '原来' });
  phone.offline();
  await phone.patch('ticket', id, { description: '离线时写的' });
  await here.desk.assign(id, here.worker.id);
  phone.online();
  await phone.sees('ticket', id, null);
  const issue = await until(async () => (await here.desk.issues(id))[0], 'the issue at the desk');
  assert.deepEqual([issue.kind, issue.code], ['quarantined', 'NOT_FOUND']);
  await until(async () => (await phone.all('syncIssue')).some((row) => row.recordId === id), 'the issue on the phone');
});

test('1.3 #23 parents are declared first, and at rest nothing dangles', async (t) => {
  const phone = await plain(t, 'maintenance_worker', { collections: ['party', 'ticket', 'ticketEvent', 'syncIssue'] });
  const worker = await here.signIn('maintenance_worker');
  await phone.equals(worker, 'party', 'ticket', 'ticketEvent', 'syncIssue');
  const tickets = new Set((await phone.all('ticket')).map(({ id }) => id));
  assert.ok(tickets.size > 0);
  assert.ok((await phone.all('ticketEvent')).every(({ ticketId }) => tickets.has(ticketId)));
});

test('1.3 #24 each row of a batch is judged alone, and nothing out of sight is shown', async (t) => {
  const secret = await here.desk.open({ summary: '机密的标题', description: '机密的说明' });
  const phone = await plain(t, 'maintenance_worker2', { collections: ['ticket'] });
  const worker = await here.signIn('maintenance_worker2');
  const own = { id: uuidv7(), communityId: (await worker.community()).id, summary: '自己的' };
  phone.offline();
  await phone.insert('ticket', own);
  await phone.insert('ticket', { ...newTicket(), id: secret, summary: '冒名的' });
  phone.online();
  await phone.sees('ticket', own.id, { state: 'recorded' });
  await phone.sees('ticket', secret, null);
  const told = phone.proxy.operations('PushTicket').flatMap(({ answer }) => answer?.data?.pushTicket ?? []);
  assert.deepEqual(told.map(({ id }) => id), [secret]);
  const { id, deleted, ...rest } = told[0];
  assert.deepEqual([id, deleted], [secret, true]);
  assert.ok(Object.values(rest).every((value) => value === null), JSON.stringify(rest));
  assert.ok(!JSON.stringify(phone.proxy.seen.map(({ answer }) => answer)).includes('机密的'));
  assert.equal((await here.desk.ticket(secret)).summary, '机密的标题');
});

test("1.4 the names are those of RxDB's own query builders", async (t) => {
  const phone = await plain(t, 'assistant', { collections: ['ticketEvent'] });
  const id = await here.desk.open();
  await phone.insert('ticketEvent', { id: uuidv7(), ticketId: id, kind: 'noted', note: '名称' });
  await until(() => phone.proxy.operations('PushTicketEvent').some(({ answer }) => answer?.data), 'a push');
  const [pull] = phone.proxy.operations('PullTicketEvent');
  const [push] = phone.proxy.operations('PushTicketEvent');
  const flat = (text) => text.replace(/\s+/g, ' ');
  assert.match(
    flat(pull.body.query),
    /^query PullTicketEvent\(\$checkpoint: TicketEventInputCheckpoint, \$limit: Int!\) { pullTicketEvent\(checkpoint: \$checkpoint, limit: \$limit\) { documents { .*id.* deleted } checkpoint { cursor epoch } } }$/,
  );
  assert.ok(!('checkpoint' in pull.body.variables), 'the first pull has no checkpoint at all');
  assert.match(
    flat(push.body.query),
    /^mutation PushTicketEvent\(\$ticketEventPushRow: \[TicketEventInputPushRow!\]\) { pushTicketEvent\(ticketEventPushRow: \$ticketEventPushRow\) { .*id.* deleted } }$/,
  );
  assert.ok(!('assumedMasterState' in push.body.variables.ticketEventPushRow[0]));
  assert.ok(phone.proxy.upgrades > 0);
  assert.deepEqual((await phone.stats()).errors, []);
});
