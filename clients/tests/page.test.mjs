// The page at `/`, in a real browser against a real server: Debian's Chromium, or XUNFANG_CHROMIUM. Skipped
// where there is none.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { FOLDER, bundle } from '../scripts/graphiql.mjs';
import { PASSWORD, Server } from './support/server.mjs';
import { until } from './support/until.mjs';

/** A script of the page; it lies outside of any package, so that its kind must be said. */
const script = (name) => {
  const text = readFileSync(new URL(`../../src/http/page/${name}`, import.meta.url), 'utf8');
  return import(`data:text/javascript,${encodeURIComponent(text)}`);
};
const { EXAMPLES, fill, learn, newMemory } = await script('examples.js');

const BROWSER = process.env.XUNFANG_CHROMIUM ?? '/usr/bin/chromium';
const skip = existsSync(BROWSER) ? false : `there is no browser at ${BROWSER}`;
/** Pictures of the page are put here, for whoever wants to look at them. */
const PICTURES = process.env.XUNFANG_PICTURES ?? join(tmpdir(), `xunfang-pictures-${process.pid}`);
const FLAGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

let server;
let browser;
let desk;
/** What the browser complained about: errors of scripts, blocked loads, answers other than good. */
const complaints = [];

/** Somebody at the API, without a browser. */
async function signIn(account) {
  const send = async (query, variables, token) => {
    const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
    const answer = await (await fetch(`${server.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query, variables }) })).json();
    assert.equal(answer.errors, undefined, JSON.stringify(answer.errors));
    return answer.data;
  };
  const input = { account, password: PASSWORD, device: { id: `api-${account}`, name: 'Redmi Note 13' } };
  const query = 'mutation ($input: SignInInput!) { signIn(input: $input) { accessToken viewer { positions { communityId staffMemberId } } } }';
  const { signIn } = await send(query, { input });
  const [position] = signIn.viewer.positions;
  return {
    community: position.communityId,
    id: position.staffMemberId,
    run: (query, variables = {}) => send(query, variables, signIn.accessToken),
    /** Runs a mutation that takes one input. */
    act(name, input, fields) {
      const kind = `${name[0].toUpperCase()}${name.slice(1)}Input`;
      return this.run(`mutation ($input: ${kind}!) { ${name}(input: $input) { ${fields} } }`, { input });
    },
  };
}

async function openPage(width, language = 'zh-CN') {
  const page = await browser.newPage({ viewport: { width, height: 900 }, locale: language });
  page.on('console', (message) => { if (['error', 'warning'].includes(message.type())) complaints.push(message.text()); });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('response', (response) => { if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`); });
  page.on('requestfailed', (request) => complaints.push(`${request.failure()?.errorText} ${request.url()}`));
  await page.goto(server.url);
  return page;
}
async function enter(page, account = 'assistant') {
  await page.click(`[data-account="${account}"]`);
  assert.equal(await page.inputValue('#password'), PASSWORD);
  await page.click('#enter');
  await page.waitForSelector('#tiles .tile strong:not(:empty)');
}
const figure = async (page, tile) => Number(await page.textContent(`[data-tile=${tile}] strong`));
const picture = (page, name) => page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
/** The same, small enough for the documentation. */
async function smallPicture(page, name) {
  const camera = await page.context().newCDPSession(page);
  const { data } = await camera.send('Page.captureScreenshot', { format: 'webp', quality: 82, captureBeyondViewport: true });
  writeFileSync(join(PICTURES, `${name}.webp`), Buffer.from(data, 'base64'));
}
const overhang = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** A day on which something goes on: rounds, visits, a handover, complaints. */
async function fillDay() {
  const [guard, other] = [await signIn('security_guard'), await signIn('security_guard_b')];
  const communityId = desk.community;
  const { zones, buildings } = await desk.run('query ($id: UUID!) { zones(communityId: $id) { id name } buildings(communityId: $id) { id name } }', { id: communityId });
  const { units } = await desk.run('query ($id: UUID!) { units(buildingId: $id, first: 9) { nodes { id } } }', { id: buildings[0].id });
  const { me } = await guard.run('{ me { positions { zoneId } } }');
  const zoneId = me.positions[0].zoneId ?? zones[0].id;
  const points = ['大堂', '消防通道', '地下车库', '配电房', '儿童乐园', '天台'].map((name) => ({ id: randomUUID(), name }));
  for (const { id, name } of points) {
    await desk.act('putPatrolPoint', { id, communityId, zoneId, name, code: `code ${id}`, checklist: [] }, 'patrolPoint { id }');
  }
  const pointIds = points.map((point) => point.id);
  const rounds = [['日间公共区域巡查', 4, guard], ['消防设施巡查', 2, other], ['雨后排水巡查', 0, null]];
  for (const [name, done, walker] of rounds) {
    const order = { communityId, zoneId, name, post: 'SECURITY_GUARD', pointIds, ...(walker && { assigneeId: walker.id }), reason: walker ? 'ORDERED' : 'RAIN' };
    const { orderPatrol } = await desk.act('orderPatrol', order, 'patrolTask { id }');
    for (const pointId of pointIds.slice(0, done)) {
      await walker.act('reportPatrol', { taskId: orderPatrol.patrolTask.id, pointId, codeRead: `code ${pointId}`, finding: pointId === pointIds[1] ? '应急灯不亮' : '' }, 'patrolTask { id }');
    }
  }
  const purposes = ['季度走访', '独居老人走访', '装修后走访'];
  for (const [place, purpose] of purposes.entries()) {
    const { planVisit } = await desk.act('planVisit', { communityId, kind: 'HOME', purpose, unitId: units.nodes[place].id }, 'visit { id }');
    const appointedAt = new Date(Date.now() + (place - 1) * 20 * 60_000).toISOString();
    await desk.act('appointVisit', { id: planVisit.visit.id, appointedAt, visitorId: guard.id, companionId: other.id }, 'visit { id }');
    if (place === 0) {
      await guard.act('stepVisit', { id: planVisit.visit.id, to: 'AT_DOOR' }, 'visit { id }');
    }
  }
  for (const [place, [summary, severity]] of [['楼上深夜噪音', 'MAJOR'], ['电梯多次停运', 'IMPORTANT'], ['绿化垃圾未清', 'MINOR']].entries()) {
    const { openTicket } = await desk.act('openTicket', { communityId, kind: 'COMPLAINT', summary, unitId: units.nodes[place + 3].id }, 'ticket { id }');
    await desk.act('gradeTicket', { id: openTicket.ticket.id, severity }, 'ticket { id }');
  }
  await guard.act('prepareHandover', { communityId, incomingId: other.id, equipment: [{ name: '对讲机', count: 2 }] }, 'handover { id }');
}

before(async () => {
  if (skip) return;
  mkdirSync(PICTURES, { recursive: true });
  server = await Server.start();
  desk = await signIn('supervisor');
  // It makes a profile of its own and throws it away.
  browser = await chromium.launch({ executablePath: BROWSER, args: FLAGS });
});

after(async () => {
  await browser?.close();
  await server?.close();
});

test('both languages have the same words', { skip }, async () => {
  // The server adds the names of states, kinds and posts.
  const served = await (await fetch(`${server.url}/page/words.js`)).text();
  const { WORDS } = await import(`data:text/javascript;charset=utf-8,${encodeURIComponent(served)}`);
  const keys = (value) => Object.entries(value).flatMap(([key, inner]) => (typeof inner === 'string' ? [key] : keys(inner).map((name) => `${key}.${name}`)));
  assert.deepEqual(keys(WORDS.zh), keys(WORDS.en));
  assert.deepEqual([WORDS.zh.ticket.ON_SITE, WORDS.en.ticket.ON_SITE, WORDS.zh.post.SECURITY_GUARD], ['维修中', 'On site', '安护员']);
  assert.deepEqual(WORDS.zh.ticketOrder.slice(0, 5), ['RECORDED', 'ORDERED', 'DISPATCHED', 'ON_SITE', 'FINISHED']);
});

test('the examples of the editor run as they stand, from the first to the last', { skip }, async () => {
  const memory = newMemory();
  for (const example of EXAMPLES.filter(({ query }) => !/^subscription/m.test(query))) {
    const { variables, unknown } = fill(example.variables, memory);
    assert.equal(unknown, null);
    const headers = { 'content-type': 'application/json', ...(memory.token && { authorization: `Bearer ${memory.token}` }) };
    const response = await fetch(`${server.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query: example.query, variables }) });
    const answer = await response.json();
    assert.equal(answer.errors, undefined, `${example.query}${JSON.stringify(answer.errors)}`);
    learn(memory, answer.data);
    for (const result of answer.data.syncPush?.results ?? []) {
      assert.equal(result.outcome, 'APPLIED', JSON.stringify(result));
    }
  }
});

test('the editor that the program serves is the one that package.json pins', { skip }, async () => {
  for (const [name, text] of Object.entries(bundle())) {
    const isText = name.endsWith('.txt');
    const kept = readFileSync(join(FOLDER, isText ? name : `${name}.gz`));
    assert.ok((isText ? kept : gunzipSync(kept)).equals(Buffer.from(text)), `${name} differs: npm run graphiql`);
    if (isText) continue;
    const served = await fetch(`${server.url}/page/graphiql/${name}`);
    assert.equal(served.headers.get('content-encoding'), 'gzip');
    assert.equal(await served.text(), text);
  }
});

test('every example runs in the editor, and nothing comes from elsewhere', { skip }, async () => {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  const wrong = [];
  page.on('pageerror', (error) => wrong.push(String(error)));
  page.on('console', (message) => { if (message.type() === 'error') wrong.push(message.text()); });
  page.on('request', (request) => {
    const isOurs = request.url().startsWith(`${server.url}/`) || request.url().startsWith('data:');
    if (!isOurs) wrong.push(request.url());
  });
  const opened = await page.goto(`${server.url}/graphiql`);
  const policy = opened.headers()['content-security-policy'];
  assert.match(policy, /default-src 'none'/);
  assert.doesNotMatch(policy, /http|unsafe-eval|script-src[^;]*unsafe/);
  await page.waitForSelector('.graphiql-execute-button');
  const tabs = page.locator('.graphiql-tab .graphiql-tab-button');
  assert.equal(await tabs.count(), EXAMPLES.length);
  const said = () => page.evaluate(() => document.querySelector('.result-window .CodeMirror').CodeMirror.getValue());
  const run = async (place) => {
    await tabs.nth(place).click();
    await page.waitForSelector(`.graphiql-tab:nth-child(${place + 1}).graphiql-tab-active`);
    await page.click('.graphiql-execute-button');
    await until(async () => (await said()).trim().endsWith('}'), `an answer to example ${place + 1}`);
    return JSON.parse(await said());
  };
  assert.match((await run(EXAMPLES.length - 2)).errors[0].message, /SignIn/);
  for (const [place, { query }] of EXAMPLES.entries()) {
    const answer = await run(place);
    assert.equal(answer.errors, undefined, `${query}${JSON.stringify(answer.errors)}`);
    const [field] = Object.keys(answer.data);
    assert.ok(query.includes(field) && answer.data[field], JSON.stringify(answer));
  }
  // The last one goes on.
  await desk.act('openTicket', { communityId: desk.community, summary: '来自编辑器的测试' }, 'ticket { id }');
  await until(async () => JSON.parse(await said()).data.syncPoke.seq !== null, 'a poke');
  assert.deepEqual(wrong, []);
  await page.close();
});

test('whoever signs in sees what goes on, and sees it change', { skip }, async () => {
  await fillDay();
  const page = await openPage(1280);
  await page.waitForSelector('[data-account=assistant]');
  await picture(page, 'entrance-1280-zh');
  await page.fill('#account', 'assistant');
  await page.fill('#password', 'a wrong one');
  complaints.length = 0;
  await page.click('#enter');
  await page.waitForSelector('#fault:not([hidden])');
  await enter(page);
  await page.waitForSelector('#live[data-state=live]');
  assert.ok((await figure(page, 'open')) > 0);
  assert.ok((await figure(page, 'roundsNow')) >= 2);
  await page.waitForSelector('#panel-rounds li');
  await picture(page, 'board-1280-zh');
  await smallPicture(page, 'board');

  const before = await figure(page, 'openedToday');
  const summary = '三楼走廊灯不亮 <img src=x onerror=alert(1)>';
  await desk.act('openTicket', { communityId: desk.community, summary }, 'ticket { id }');
  await until(async () => (await figure(page, 'openedToday')) === before + 1, 'the board to change');
  await until(async () => (await page.textContent('#panel-newest')).includes(summary), 'the new ticket');

  await page.click('#language');
  assert.equal(await page.textContent('[data-tile=open] h3'), 'Open tickets');
  assert.equal(await page.getAttribute('html', 'lang'), 'en');
  await picture(page, 'board-1280-en');
  await page.reload();
  await page.waitForSelector('#panel-rounds li');
  assert.equal(await page.textContent('[data-tile=open] h3'), 'Open tickets', 'the language is kept');
  await page.emulateMedia({ colorScheme: 'dark' });
  await picture(page, 'board-1280-dark');
  await page.click('#leave');
  await page.waitForSelector('#entrance:not([hidden])');
  await picture(page, 'entrance-1280-en');
  await page.close();
});

test('it fits a phone, and a field worker sees his part', { skip }, async () => {
  const page = await openPage(360);
  await page.waitForSelector('[data-account]');
  if ((await page.getAttribute('html', 'lang')) === 'en') await page.click('#language');
  assert.equal(await overhang(page), 0);
  await picture(page, 'entrance-360-zh');
  await enter(page);
  await page.waitForSelector('#panel-contacts:not([hidden]) li');
  assert.equal(await overhang(page), 0);
  await picture(page, 'board-360-zh');
  await page.click('#language');
  assert.equal(await overhang(page), 0);
  await picture(page, 'board-360-en');
  await page.click('#leave');
  await page.waitForSelector('[data-account=security_guard]');
  await enter(page, 'security_guard');
  assert.equal(await page.isVisible('#panel-contacts'), false);
  assert.equal(await overhang(page), 0);
  await page.close();
});

test('what one asked for is not shown to whoever signs in next', { skip }, async () => {
  const page = await openPage(1280);
  await page.waitForSelector('[data-account]');
  await enter(page);
  const [asked, answer] = [gate(), gate()];
  await page.route('**/graphql', async (route) => {
    if (asked.isOpen || !route.request().postData()?.includes('query Board')) return route.continue();
    asked.open();
    const response = await route.fetch();
    await answer.opened;
    return route.fulfill({ response });
  });
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await asked.opened;
  await page.click('#leave');
  await page.waitForSelector('[data-account=security_guard]');
  const entered = enter(page, 'security_guard');
  await page.waitForSelector('#board:not([hidden])');
  answer.open();
  await entered;
  assert.equal(await page.isVisible('#panel-contacts'), false);
  await page.close();
});

/** Something to wait for. */
function gate() {
  const it = { isOpen: false };
  it.opened = new Promise((resolve) => {
    it.open = () => {
      it.isOpen = true;
      resolve();
    };
  });
  return it;
}

test('without its server it says so, and goes on when it is back', { skip }, async () => {
  assert.deepEqual(complaints, [], 'nothing was wrong so far');
  const page = await openPage(1280, 'en-GB');
  await enter(page);
  await server.down('SIGKILL');
  await page.waitForSelector('#live[data-state=offline]', { timeout: 20_000 });
  assert.equal(await page.isVisible('#notice'), true);
  await server.up();
  await page.waitForSelector('#live[data-state=live]', { timeout: 40_000 });
  assert.equal(await page.isVisible('#notice'), false);
  await page.close();
});

test('whoever reloads while the server cannot answer is still signed in when it can', { skip }, async () => {
  const page = await openPage(1280, 'en-GB');
  await enter(page);
  let refused = 0;
  await page.route('**/graphql', (route) => {
    refused += 1;
    return route.fulfill({ status: 503, contentType: 'text/html', body: 'Service Unavailable' });
  });
  await page.reload();
  await page.waitForSelector('#fault:not([hidden])');
  await until(() => refused > 3, 'another attempt');
  await page.unroute('**/graphql');
  await page.waitForSelector('#live[data-state=live]');
  assert.equal(await page.isVisible('#fault'), false);
  await page.close();
});

test('two tabs of one account do not sign each other out', { skip }, async () => {
  const context = await browser.newContext();
  const tabs = [await context.newPage(), await context.newPage()];
  for (const page of tabs) {
    await page.goto(server.url);
    await enter(page);
  }
  for (const page of tabs) {
    // As when the token has run out.
    await page.evaluate(() => {
      const session = JSON.parse(sessionStorage.getItem('xunfang.session'));
      sessionStorage.setItem('xunfang.session', JSON.stringify({ ...session, access: 'none' }));
    });
    await page.reload();
    await page.waitForSelector('#live[data-state=live]');
  }
  await context.close();
});
