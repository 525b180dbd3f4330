// The board: what goes on in a community, live. All it knows comes from POST /graphql and the
// subscription `syncPoke` at /graphql/ws; nothing else is loaded.
import { WORDS } from './words.js';

const $ = (id) => document.getElementById(id);
const kept = {
  get: (store, key) => { try { return store.getItem(`xunfang.${key}`); } catch { return null; } },
  set: (store, key, value) => {
    try { if (value === null) store.removeItem(`xunfang.${key}`); else store.setItem(`xunfang.${key}`, value); } catch { /* Not kept, then. */ }
  },
};

// Words

let lang = WORDS[kept.get(localStorage, 'lang')] ? kept.get(localStorage, 'lang') : document.documentElement.lang;
const words = () => WORDS[lang];
const t = (key, ...values) => values.reduce((text, value, place) => text.replace(`{${place}}`, value), words()[key] ?? key);
const word = (group, key) => words()[group][key] ?? key;

// Times are those of the community, wherever the reader sits.
const local = (at, how) => new Intl.DateTimeFormat(words().locale, { timeZone: place?.timeZone, ...how }).format(new Date(at));
const clock = (at) => local(at, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const date = (at) => local(at, { month: 'numeric', day: 'numeric' });
const moment = (at) => (date(at) === date(Date.now()) ? clock(at) : `${date(at)} ${clock(at)}`);
/** A stretch of time in the one unit that says enough. */
function stretch(milliseconds) {
  const minutes = Math.round(Math.abs(milliseconds) / 60_000);
  if (minutes < 90) return t('minutes', minutes);
  return minutes < 48 * 60 ? t('hours', Math.round(minutes / 60)) : t('days', Math.round(minutes / 1440));
}
const ago = (at, now) => (now - new Date(at) < 60_000 ? t('now') : t('ago', stretch(now - new Date(at))));

// Building the page: text is always text, so that nothing anybody has written can run.

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === false) continue;
    if (name === 'share') element.style.width = `${value}%`;
    else if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ''));
  return element;
}
const badge = (text, kind = '') => make('span', { class: `badge ${kind}`.trim() }, text);
const line = (parts) => parts.filter(Boolean).join(' · ');

const shown = new Map();
/** Puts something in its place, and touches nothing when it says what stands there already. */
function put(id, data, build) {
  const key = JSON.stringify([lang, data]);
  if (shown.get(id) === key) return;
  shown.set(id, key);
  $(id).replaceChildren(...build());
}

// The API

class Refused extends Error {
  constructor({ message, extensions }) {
    super(message);
    this.code = extensions?.code;
  }
}
let session = JSON.parse(kept.get(sessionStorage, 'session') ?? 'null');
// A tab that was duplicated has the same session: what one of them exchanges is for both, or the other would
// come with a token that was replaced long ago.
const tabs = new BroadcastChannel('xunfang-session');
tabs.onmessage = ({ data: { replaced, next } }) => {
  if (session?.refresh !== replaced) return;
  session = next;
  kept.set(sessionStorage, 'session', JSON.stringify(session));
};
function keep(payload) {
  const replaced = session?.refresh;
  session = payload && { access: payload.accessToken, refresh: payload.refreshToken, viewer: payload.viewer };
  kept.set(sessionStorage, 'session', session && JSON.stringify(session));
  if (replaced && session) tabs.postMessage({ replaced, next: session });
}
async function post(query, variables, token) {
  const headers = { 'content-type': 'application/json', 'accept-language': lang };
  if (token) headers.authorization = `Bearer ${token}`;
  const response = await fetch('/graphql', { method: 'POST', headers, body: JSON.stringify({ query, variables }), signal: AbortSignal.timeout(20_000) });
  const answer = await response.json();
  if (answer.errors) throw new Refused(answer.errors[0]);
  return answer.data;
}
const VIEWER = 'viewer { name positions { communityId post } }';
let refreshing = null;
function refreshSession() {
  refreshing ??= post(`mutation Refresh($token: String!) { refreshSession(input: { refreshToken: $token }) { accessToken refreshToken ${VIEWER} } }`, { token: session.refresh })
    .then((data) => keep(data.refreshSession))
    .finally(() => { refreshing = null; });
  return refreshing;
}
/** Asks as whoever is signed in, with a new token where the old one has run out. */
async function ask(query, variables = {}) {
  try {
    return await post(query, variables, session.access);
  } catch (error) {
    if (error.code !== 'TOKEN_EXPIRED' && error.code !== 'UNAUTHENTICATED') throw error;
    await refreshSession();
    return post(query, variables, session.access);
  }
}

const isOver = ({ code }) => ['UNAUTHENTICATED', 'REFRESH_REFUSED', 'DEVICE_REVOKED', 'DEVICE_COPIED'].includes(code);

// The entrance

let server = null;
async function knock() {
  try {
    server = await post('query Entrance { server { version database } demo { password accounts { account name post communityName } } }');
    fault('');
  } catch {
    fault(t('unreachable'));
    setTimeout(knock, 3_000);
  }
  translate();
}
function fault(text) {
  $('fault').textContent = text;
  $('fault').hidden = !text;
}
const OFFERED = ['ESTATE_MANAGER', 'SUPERVISOR', 'TEAM_LEADER', 'ASSISTANT', 'MAINTENANCE_WORKER', 'SECURITY_GUARD'];
function demoAccounts({ accounts, password }) {
  const choose = ({ account }) => (event) => {
    $('account').value = account;
    for (const button of $('demo-accounts').querySelectorAll('button')) button.setAttribute('aria-pressed', String(button === event.currentTarget));
    $('password').value = password ?? '';
    $(password ? 'enter' : 'password').focus();
  };
  const places = [...new Set(accounts.map((it) => it.communityName))];
  return places.flatMap((place) => {
    const here = accounts.filter((it) => it.communityName === place && OFFERED.includes(it.post));
    here.sort((one, other) => OFFERED.indexOf(one.post) - OFFERED.indexOf(other.post));
    const chips = here.map((it) => make('button', { type: 'button', title: `${it.account} · ${it.name}`, 'data-account': it.account, 'aria-pressed': 'false', onclick: choose(it) }, word('post', it.post)));
    return [make('h3', {}, place), make('div', { class: 'chips' }, chips)];
  });
}
async function signIn(event) {
  event.preventDefault();
  // Of this tab, as its tokens are: signing in anew on a device makes the tokens it has worthless.
  const device = kept.get(sessionStorage, 'device') ?? crypto.randomUUID?.() ?? String(Math.random());
  kept.set(sessionStorage, 'device', device);
  $('enter').disabled = true;
  $('enter').textContent = t('entering');
  fault('');
  try {
    const input = { account: $('account').value.trim(), password: $('password').value, device: { id: `board-${device}`, name: navigator.userAgentData?.platform ?? 'browser' } };
    const data = await post(`mutation SignIn($input: SignInInput!) { signIn(input: $input) { accessToken refreshToken ${VIEWER} } }`, { input });
    keep(data.signIn);
    clearTimeout(goingOn);
    $('password').value = '';
    await enter();
  } catch (error) {
    if (!(error instanceof Refused)) console.error(error);
    tell(error);
  } finally {
    $('enter').disabled = false;
    $('enter').textContent = t('enter');
  }
}
function tell(error) {
  fault(error instanceof Refused ? error.message : t('unreachable'));
}
let goingOn = null;
/** Goes on with the session of before; without the server, as soon as it is back. */
async function goOn() {
  if (!session) return;
  try {
    await enter();
    if (session) fault('');
  } catch (error) {
    if (!session) return;
    if (isOver(error)) leave();
    else goingOn = setTimeout(goOn, 3_000);
    tell(error);
  }
}
function leave() {
  post('mutation SignOut { signOut { sessionId } }', {}, session?.access).catch(() => {});
  keep(null);
  stopLive();
  // Nothing of it stays for whoever comes next.
  shown.clear();
  board = null;
  sitting += 1;
  for (const left of [$('tiles'), ...document.querySelectorAll('.panel')]) left.replaceChildren();
  show();
}

// The board

let communities = [];
let zones = new Map();
let place = null;
let board = null;
/** Counts who sat here: what one asked for is not shown to the next. */
let sitting = 0;
let isFresh = false;
const BOARD = `query Board($id: UUID!) {
  server { version database time }
  board(communityId: $id) {
    day at
    tickets { openedToday closedToday open unassigned dueSoon breached byState { kind state count } }
    patrols { due inProgress done missed rounds { points pointsDone task { id name state windowFrom windowTo zoneId findingCount assignee { name } } } }
    visits { overdue byState { state count } today { id kind state purpose appointedAt dueAt finishedAt unit { roomNumber building { name } } visitor { name } companion { name } } }
    handovers { byState { state count } latest { id state post preparedAt passedAt outgoing { name } incoming { name } } }
    contacts { deviceName lastContactAt staffMember { name post } }
  }
  newest: tickets(communityId: $id, states: [RECORDED, ORDERED, DISPATCHED, ON_SITE, FINISHED, REGISTERED, GRADED, ROUTED, CONTACTED, PLANNED, IN_PROGRESS, INFORMED, RETURNED, CANNOT_SOLVE], first: 6) { nodes { ...Line } }
  clocks: tickets(communityId: $id, order: DUE, first: 8) { nodes { ...Line } }
}
fragment Line on Ticket { id kind state priority summary observedAt dueAt dueRule breachedAt closedAt unit { roomNumber building { name } } assignee { name } }`;

async function enter() {
  const data = await ask('query Places { communities { id name timeZone } me { name positions { communityId } } }');
  const works = new Set(data.me.positions.map((it) => it.communityId));
  communities = data.communities.filter((it) => works.has(it.id));
  const wanted = kept.get(localStorage, 'community');
  place = communities.find((it) => it.id === wanted) ?? communities[0] ?? null;
  $('communities').replaceChildren(...communities.map((it) => make('option', { value: it.id, selected: it === place ? '' : null }, it.name)));
  show();
  if (!place) {
    keep(null);
    fault(t('forStaff'));
    show();
    return;
  }
  await choosePlace(place.id);
  startLive();
}
async function choosePlace(id) {
  place = communities.find((it) => it.id === id);
  kept.set(localStorage, 'community', id);
  const data = await ask('query Zones($id: UUID!) { zones(communityId: $id) { id name } }', { id });
  zones = new Map(data.zones.map((it) => [it.id, it.name]));
  await refresh();
}

let running = null;
let again = false;
/** Looks again. Of several calls in a row the last one is enough. */
async function refresh() {
  if (running) {
    again = true;
    return running;
  }
  running = (async () => {
    const asker = sitting;
    try {
      const { id } = place;
      const data = await ask(BOARD, { id });
      if (asker === sitting && id === place?.id) board = data;
      isFresh = true;
    } catch (error) {
      isFresh = false;
      if (isOver(error) && session && asker === sitting) {
        leave();
        tell(error);
      }
    }
    if (session && board) draw();
    tellLive();
  })();
  await running.finally(() => { running = null; });
  if (again && session) {
    again = false;
    await refresh();
  }
}

const total = (counts, ...states) => counts.filter((it) => states.includes(it.state)).reduce((sum, it) => sum + it.count, 0);
const where = ({ unit }) => (unit ? `${unit.building?.name ?? ''} ${unit.roomNumber}`.trim() : t('publicPlace'));

function draw() {
  const { board: it, newest, clocks } = board;
  const now = new Date(it.at);
  $('title').textContent = place.name;
  $('day').textContent = new Date(`${it.day}T12:00:00`).toLocaleDateString(words().locale, { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' });
  drawTiles(it);
  panel('panel-tickets', 'ticketsByState', String(it.tickets.open), it.tickets.byState, ticketStates);
  const ticking = clocks.nodes.filter((ticket) => !ticket.closedAt);
  panel('panel-clocks', 'clocks', t('clocksHint'), { ticking, now: minute(now) }, () => list(ticking, 'noClocks', (ticket) => clockLine(ticket, now)));
  const { rounds, due, inProgress, done, missed } = it.patrols;
  panel('panel-rounds', 'rounds', t('roundsHint', due + inProgress + done + missed), rounds, () => list(rounds.slice(0, ROUNDS), 'noRounds', roundLine));
  panel('panel-visits', 'visits', '', { visits: it.visits.today, now: minute(now) }, () => list(it.visits.today, 'noVisits', (visit) => visitLine(visit, now)));
  panel('panel-newest', 'newest', '', { newest: newest.nodes, now: minute(now) }, () => list(newest.nodes, 'noTickets', (ticket) => ticketLine(ticket, now)));
  panel('panel-handovers', 'handovers', '', it.handovers.latest, () => list(it.handovers.latest, 'noHandovers', handoverLine));
  $('panel-contacts').hidden = !it.contacts;
  if (it.contacts) panel('panel-contacts', 'contacts', t('contactsHint'), { contacts: it.contacts, now: minute(now) }, () => list(it.contacts, 'noContacts', (contact) => contactLine(contact, now), 'list columns'));
  drawFoot();
}
/** How many rounds are listed; those that go on come first. */
const ROUNDS = 7;
const minute = (now) => Math.floor(now / 60_000);

const OPEN_VISITS = ['PLANNED', 'APPOINTED', 'AT_DOOR', 'REFUSED', 'ABSENT', 'IN_TALK'];
const OVER_VISITS = ['DONE', 'REPORTED', 'CHECKED', 'ARCHIVED'];
function drawTiles({ tickets, patrols, visits, handovers }) {
  const walked = patrols.rounds.filter((round) => round.task.state === 'IN_PROGRESS').length;
  const over = t('visitsMore', total(visits.byState, ...OVER_VISITS));
  const tiles = [
    ['open', tickets.open, t('openMore', tickets.unassigned), ''],
    ['openedToday', tickets.openedToday, t('closedToday', tickets.closedToday), ''],
    ['dueSoon', tickets.dueSoon, t('dueSoonMore'), tickets.dueSoon ? 'warn' : ''],
    ['breached', tickets.breached, t(tickets.breached ? 'breachedMore' : 'breachedNone'), tickets.breached ? 'bad' : ''],
    ['roundsNow', Math.max(walked, patrols.inProgress), t('roundsMore', patrols.done, patrols.missed), patrols.missed ? 'warn-note' : ''],
    ['visitsOpen', total(visits.byState, ...OPEN_VISITS), visits.overdue ? t('visitsOverdue', visits.overdue) : over, visits.overdue ? 'warn' : ''],
    ['handoversOpen', total(handovers.byState, 'PREPARED', 'CHECKED', 'REJECTED'), t('handoversMore', total(handovers.byState, 'SIGNED')), ''],
  ];
  // The tiles stay; only what they say changes, and says so.
  if ($('tiles').children.length !== tiles.length) {
    $('tiles').replaceChildren(...tiles.map(([key]) => make('article', { class: 'tile', 'data-tile': key }, make('h3'), make('strong'), make('p'))));
  }
  tiles.forEach(([key, number, more, kind], index) => {
    const tile = $('tiles').children[index];
    const [name, figure, note] = tile.children;
    const isChanged = figure.textContent !== '' && figure.textContent !== String(number);
    name.textContent = t(key);
    figure.textContent = number;
    note.textContent = more;
    tile.className = `tile ${kind}`.trim();
    if (isChanged) {
      void tile.offsetWidth;
      tile.classList.add('changed');
    }
  });
}
function panel(id, title, hint, data, build) {
  put(id, [title, hint, data], () => [make('header', {}, make('h2', {}, t(title)), make('span', {}, hint)), ...build()]);
}
const list = (items, none, build, kind = 'list') => [items.length ? make('ul', { class: kind }, items.map(build)) : make('p', { class: 'none' }, t(none))];

function ticketStates() {
  const counts = board.board.tickets.byState;
  const most = Math.max(1, ...counts.map((it) => it.count));
  const kinds = ['REPAIR', 'COMPLAINT'].filter((kind) => counts.some((it) => it.kind === kind));
  if (!kinds.length) return [make('p', { class: 'none' }, t('noTickets'))];
  return kinds.flatMap((kind) => {
    const order = words().ticketOrder;
    const states = counts.filter((it) => it.kind === kind).sort((one, other) => order.indexOf(one.state) - order.indexOf(other.state));
    const sum = states.reduce((all, it) => all + it.count, 0);
    return [
      make('h3', {}, t(kind === 'REPAIR' ? 'repairs' : 'complaints'), make('span', {}, String(sum))),
      make('div', { class: 'bars' }, states.flatMap((it) => [
        make('span', {}, word('ticket', it.state)),
        make('span', { class: 'track' }, make('i', { share: Math.max(2, (100 * it.count) / most) })),
        make('b', {}, String(it.count)),
      ])),
    ];
  });
}
function clockLine(ticket, now) {
  const left = new Date(ticket.dueAt) - now;
  const isLate = ticket.breachedAt !== null || left < 0;
  const kind = isLate ? 'bad' : left < 86_400_000 ? 'warn' : '';
  return make('li', {},
    make('span', { class: 'what' }, ticket.summary),
    make('span', { class: 'when' }, moment(ticket.dueAt)),
    make('span', { class: 'more' }, line([word('ticketKind', ticket.kind), where(ticket), ticket.assignee?.name, ticket.dueRule])),
    make('span', { class: 'state' }, badge(left < 0 ? t('overdueBy', stretch(left)) : t('left', stretch(left)), kind)));
}
function roundLine({ task, points, pointsDone }) {
  const isOn = task.state === 'IN_PROGRESS';
  const findings = task.findingCount ? t('findings', task.findingCount) : null;
  return make('li', {},
    make('span', { class: 'what' }, task.name),
    make('span', { class: 'when' }, isOn ? t('until', clock(task.windowTo)) : `${clock(task.windowFrom)}–${clock(task.windowTo)}`),
    make('span', { class: 'more' }, line([zones.get(task.zoneId), task.assignee?.name ?? t('anybody'), t('points', pointsDone, points), findings])),
    make('span', { class: 'state' }, badge(word('round', task.state), isOn ? 'go' : '')),
    pointsDone || isOn ? make('span', { class: 'track', role: 'img', 'aria-label': t('points', pointsDone, points) }, make('i', { share: points ? (100 * pointsDone) / points : 0 })) : null);
}
function visitLine(visit, now) {
  const isOver = OVER_VISITS.includes(visit.state);
  const isLate = !isOver && visit.dueAt && new Date(visit.dueAt) < now;
  const time = visit.finishedAt ?? visit.appointedAt;
  return make('li', {},
    make('span', { class: 'what' }, `${word('visitKind', visit.kind)} · ${where(visit)}`),
    make('span', { class: 'when' }, time ? moment(time) : visit.dueAt ? t('due', moment(visit.dueAt)) : ''),
    make('span', { class: 'more' }, line([[visit.visitor?.name, visit.companion?.name].filter(Boolean).join('、') || t('nobody'), visit.purpose])),
    make('span', { class: 'state' }, badge(word('visit', visit.state), isLate ? 'bad' : ['AT_DOOR', 'IN_TALK'].includes(visit.state) ? 'go' : '')));
}
function ticketLine(ticket, now) {
  const urgent = ['URGENT', 'HIGH'].includes(ticket.priority) && word('priority', ticket.priority);
  return make('li', {},
    make('span', { class: 'what' }, ticket.summary),
    make('span', { class: 'when' }, ago(ticket.observedAt, now)),
    make('span', { class: 'more' }, line([word('ticketKind', ticket.kind), where(ticket), ticket.assignee?.name ?? t('nobody')])),
    make('span', { class: 'state' }, urgent ? badge(urgent, ticket.priority === 'URGENT' ? 'bad' : 'warn') : '', ' ', badge(word('ticket', ticket.state))));
}
function handoverLine(handover) {
  return make('li', {},
    make('span', { class: 'what' }, `${handover.outgoing?.name ?? '—'} → ${handover.incoming?.name ?? '—'}`),
    make('span', { class: 'when' }, moment(handover.passedAt ?? handover.preparedAt)),
    make('span', { class: 'more' }, word('post', handover.post)),
    make('span', { class: 'state' }, badge(word('handover', handover.state), { SIGNED: 'go', REJECTED: 'bad' }[handover.state])));
}
function contactLine(contact, now) {
  return make('li', {},
    make('span', { class: 'what' }, contact.staffMember?.name ?? '—'),
    make('span', { class: 'when' }, ago(contact.lastContactAt, now)),
    make('span', { class: 'more' }, line([word('post', contact.staffMember?.post), contact.deviceName])));
}
function drawFoot() {
  const told = board?.server ?? server?.server;
  const version = told?.version ?? document.body.dataset.version;
  const parts = [`Xunfang ${version}`, told?.database && t(told.database), session && communities.map((it) => it.name).join('、'), session && board && t('seenAt', clock(board.board.at))];
  put('foot', parts, () => [...parts.filter(Boolean).map((part) => make('span', {}, part)), ...(session ? links() : [])]);
}
function links() {
  const link = (href, text) => make('a', { href }, text);
  return [document.body.dataset.graphiql === 'true' ? link('/graphiql', t('tryApi')) : '', link('/health/ready', t('ready')), link('/.well-known/jwks.json', t('keys'))].filter(Boolean);
}

// Live: a poke for every change, and a look now and then where no poke can come.

let socket = null;
let isLive = false;
let tries = 0;
let timer = null;
let poked = null;
function startLive() {
  stopLive();
  const line = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql/ws`, 'graphql-transport-ws');
  socket = line;
  const say = (message) => line.send(JSON.stringify(message));
  line.onopen = () => say({ type: 'connection_init', payload: { authorization: `Bearer ${session?.access}` } });
  line.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.type === 'connection_ack') say({ id: '1', type: 'subscribe', payload: { query: 'subscription Pokes { syncPoke { communityId seq } }' } });
    else if (message.type === 'ping') say({ type: 'pong' });
    else if (message.type === 'next') {
      isLive = true;
      tries = 0;
      tellLive();
      const about = message.payload.data?.syncPoke.communityId;
      if (!about || about === place?.id) poke();
    }
  };
  line.onclose = async ({ code }) => {
    if (socket !== line) return;
    isLive = false;
    tellLive();
    const wait = Math.min(15_000, 500 * 2 ** Math.min(tries++, 5));
    await new Promise((wake) => setTimeout(wake, wait));
    if (socket !== line || !session) return;
    if (code === 4403) await refreshSession().catch(() => {});
    if (socket === line && session) startLive();
  };
  look();
}
function stopLive() {
  const line = socket;
  socket = null;
  isLive = false;
  clearTimeout(timer);
  line?.close();
}
/** Many changes in a row are one look. */
function poke() {
  poked ??= setTimeout(() => {
    poked = null;
    if (session && !document.hidden) refresh();
  }, 400);
}
function look() {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    if (session && place && !document.hidden) await refresh();
    if (session) look();
  }, isLive && isFresh ? 30_000 : 5_000);
}
function tellLive() {
  const state = !isFresh ? 'offline' : isLive ? 'live' : 'polling';
  $('live').dataset.state = state;
  $('live').textContent = t(state);
  $('notice').textContent = t('retrying');
  $('notice').hidden = isFresh || !board;
}

// The frame

function show() {
  const isIn = Boolean(session && place);
  for (const [id, here] of [['entrance', !isIn], ['board', isIn], ['live', isIn], ['leave', isIn], ['who', isIn]]) $(id).hidden = !here;
  document.querySelector('.place').hidden = !isIn;
  $('who').textContent = session?.viewer?.name ?? '';
  translate();
}
function translate() {
  document.documentElement.lang = lang;
  for (const element of document.querySelectorAll('[data-t]')) element.textContent = t(element.dataset.t);
  $('language').textContent = t('otherLanguage');
  $('language').lang = lang === 'zh' ? 'en' : 'zh';
  const told = server?.server;
  const facts = [[t('version'), told?.version ?? document.body.dataset.version], told?.database && [t('database'), t(told.database)], server?.demo && [t('communities'), [...new Set(server.demo.accounts.map((it) => it.communityName))].join('、')]];
  put('facts', facts, () => facts.filter(Boolean).map(([name, value]) => make('div', {}, make('dt', {}, name), make('dd', {}, value))));
  put('links', 0, links);
  $('demo').hidden = !server?.demo;
  if (server?.demo) {
    put('demo-accounts', server.demo, () => demoAccounts(server.demo));
    $('demo').firstElementChild.textContent = server.demo.password ? t('demoHint') : `${t('demoHint')}${t('demoPassword')}`;
  }
  if (session && place && board) draw();
  else drawFoot();
  tellLive();
}

$('sign-in').addEventListener('submit', signIn);
$('leave').addEventListener('click', leave);
$('language').addEventListener('click', () => {
  lang = lang === 'zh' ? 'en' : 'zh';
  kept.set(localStorage, 'lang', lang);
  translate();
});
$('communities').addEventListener('change', (event) => choosePlace(event.target.value));
document.addEventListener('visibilitychange', () => { if (!document.hidden && session && place) refresh(); });

show();
knock();
goOn();
