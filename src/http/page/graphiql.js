// GraphiQL with the examples in its tabs. Its packages (React, graphql-ws, GraphiQL) are loaded before, as globals.
import { EXAMPLES, fill, learn, newMemory } from '/page/examples.js';

/** What earlier answers said; the token of the last sign-in goes with every operation that brings none of its own. */
const memory = newMemory();

const headersOf = (options) => {
  const own = Object.entries(options?.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
  return { ...(memory.token && { authorization: `Bearer ${memory.token}` }), ...Object.fromEntries(own) };
};

/** The operations of a text, by their names. GraphiQL's own notes lag behind a tab that was just opened. */
const operationsIn = (query) => new Map([...query.matchAll(/^\s*(query|mutation|subscription)\s+(\w+)/gm)].map(([, kind, name]) => [name, kind]));

async function send(operation, headers) {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
    body: JSON.stringify(operation),
  });
  const answer = await response.json();
  learn(memory, answer.data);
  return answer;
}

/** What a subscription tells, for as long as it is listened to. */
async function* listen(operation, headers) {
  const url = new URL('/graphql/ws', window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  const client = graphqlWs.createClient({ url: url.toString(), connectionParams: { headers } });
  try {
    yield* client.iterate(operation);
  } finally {
    client.dispose();
  }
}

/** GraphiQL takes an answer, or one after the other. */
const fetcher = (operation, options) => {
  const { variables, unknown } = fill(operation.variables, memory);
  if (unknown) {
    return { errors: [{ message: `{{${unknown}}} is not known yet: run the tabs before this one first, beginning with SignIn` }] };
  }
  const { query } = operation;
  const known = operationsIn(query);
  const operationName = known.has(operation.operationName) || known.size > 1 ? operation.operationName : undefined;
  const kind = known.get(operationName) ?? (/^\s*subscription\b/m.test(query) ? 'subscription' : 'query');
  const run = kind === 'subscription' ? listen : send;
  return run({ query, operationName, variables }, headersOf(options));
};

ReactDOM.createRoot(document.getElementById('graphiql')).render(
  React.createElement(GraphiQL, {
    fetcher,
    defaultTabs: EXAMPLES.map(({ query, variables }) => ({ query, variables: JSON.stringify(variables, null, 2), headers: null })),
    defaultEditorToolsVisibility: 'variables',
    shouldPersistHeaders: false,
  }),
);
