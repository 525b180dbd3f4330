// Sync with nothing but `fetch`, for mini-programs and whatever has no database: sign in, pull, push,
// and follow by asking again. Run it beside the demo: `node examples/fetch.mjs`.
// The whole contract is in docs/sync.md of the server.

const SERVER = process.env.XUNFANG_URL ?? 'http://127.0.0.1:8080';
const ACCOUNT = process.env.XUNFANG_ACCOUNT ?? 'assistant';
const PASSWORD = process.env.XUNFANG_PASSWORD ?? 'xunfang-demo';

let tokens = null;

async function ask(query, variables = {}) {
  const headers = { 'content-type': 'application/json' };
  if (tokens) {
    headers.authorization = `Bearer ${tokens.accessToken}`;
  }
  const answer = await fetch(`${SERVER}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  const { data, errors } = await answer.json();
  if (errors) {
    throw Object.assign(new Error(errors[0].message), { code: errors[0].extensions?.code });
  }
  return data;
}

/** Asks; when the token has run out, exchanges it and asks once more. */
async function sync(query, variables) {
  try {
    return await ask(query, variables);
  } catch (error) {
    if (error.code !== 'TOKEN_EXPIRED' && error.code !== 'UNAUTHENTICATED') {
      throw error;
    }
    const { refreshToken } = tokens;
    // If this answer is lost, the same refresh token may be sent again: keep it until the next is here.
    const { refreshSession } = await ask(
      'mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) { accessToken refreshToken } }',
      { input: { refreshToken } },
    );
    tokens = refreshSession;
    return ask(query, variables);
  }
}

// What an app keeps on the phone: the store with its cursor, the queue, and what was acknowledged: should the
// server go back to a backup, the phone is the only one that still has it.
const store = new Map();
let cursor = null;
let queue = [];
let kept = [];

async function pull() {
  for (;;) {
    const { syncPull: page } = await sync(
      `query ($cursor: String, $dirtyIds: [String!]!) { syncPull(cursor: $cursor, dirtyIds: $dirtyIds) {
        changes { collection id seq document } removals { collection id } cursor hasMore resetRequired
        giveBack forgetBefore } }`,
      { cursor, dirtyIds: queue.map(({ recordId }) => recordId) },
    );
    if (page.resetRequired) {
      store.clear();
    }
    page.changes.forEach((row) => store.set(`${row.collection} ${row.id}`, row));
    page.removals.forEach((row) => store.delete(`${row.collection} ${row.id}`));
    if (page.giveBack) {
      // In the order in which they were made; what the server still knows it does not do twice.
      queue = [...kept.map(({ mutation }) => mutation), ...queue];
      kept = [];
    }
    kept = kept.filter(({ acknowledgedAt }) => Date.parse(acknowledgedAt) >= Date.parse(page.forgetBefore));
    cursor = page.cursor;
    if (!page.hasMore && !page.resetRequired) {
      return;
    }
  }
}

async function push() {
  if (queue.length === 0) {
    return;
  }
  const { syncPush } = await sync(
    'mutation ($mutations: [JSON]!) { syncPush(mutations: $mutations) { results { mutationId outcome code } serverTime } }',
    { mutations: queue },
  );
  // Every result but one acknowledges. Without an answer nothing is taken out of the queue, and the same is sent again.
  const settled = new Set(
    syncPush.results.filter(({ outcome }) => outcome !== 'NOT_TAKEN').map(({ mutationId }) => mutationId),
  );
  const acknowledged = queue.filter(({ mutationId }) => settled.has(mutationId));
  kept.push(...acknowledged.map((mutation) => ({ mutation, acknowledgedAt: syncPush.serverTime })));
  queue = queue.filter(({ mutationId }) => !settled.has(mutationId));
  for (const { outcome, code } of syncPush.results) {
    console.log(`pushed: ${outcome}${code ? ` (${code})` : ''}`);
  }
}

const { signIn } = await ask(
  'mutation ($input: SignInInput!) { signIn(input: $input) { accessToken refreshToken } }',
  { input: { account: ACCOUNT, password: PASSWORD, device: { id: 'fetch-example', name: 'fetch' } } },
);
tokens = signIn;

await pull();
const [community] = [...store.values()].filter(({ collection }) => collection === 'community');
console.log(`${store.size} records of ${community.document.name}`);

const recordId = crypto.randomUUID();
queue.push({
  mutationId: crypto.randomUUID(),
  kind: 'ticket.open',
  recordId,
  payload: { communityId: community.id, summary: '厨房水管漏水', convenientTime: '下午' },
});
await push();

// Live by polling: every few minutes in an app, and when the network comes back.
for (let round = 0; round < 3 && !store.has(`ticket ${recordId}`); round += 1) {
  await pull();
}
console.log(`the repair is ${store.get(`ticket ${recordId}`).document.state}`);
