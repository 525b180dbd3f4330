// The operations that the editor begins with, one per tab. They run as they stand in the demo, from the
// first to the last: what is in {{…}} is filled in when an operation is sent, `{{new}}` with a new
// id, the others from what earlier answers said.

export const EXAMPLES = [
  {
    query: `# 1. Signing in. The token of the answer goes with everything you run from now on.
mutation SignIn($input: SignInInput!) {
  signIn(input: $input) {
    accessToken
    expiresInMs
    viewer { name positions { communityId post } }
  }
}
`,
    variables: {
      input: { account: 'supervisor', password: 'xunfang-demo', device: { id: 'graphiql', name: 'GraphiQL' } },
    },
  },
  {
    query: `# 2. The first pull of a phone: whole records, page by page. Send the cursor of the answer as
# \`cursor\` to go on; when \`hasMore\` is false the phone has everything it may see.
query FirstPull($cursor: String, $limit: Int) {
  syncPull(cursor: $cursor, limit: $limit) {
    changes { collection id seq document }
    removals { collection id }
    cursor
    hasMore
    contactId
  }
}
`,
    variables: { cursor: null, limit: 20 },
  },
  {
    query: `# 3. A repair at the desk.
mutation OpenTicket($input: OpenTicketInput!) {
  openTicket(input: $input) {
    ticket { id state summary observedAt lastEvents { kind authorName } }
  }
}
`,
    variables: {
      input: { communityId: '{{community}}', summary: '地下车库 B2 东侧照明不亮', priority: 'HIGH', contactName: '王先生' },
    },
  },
  {
    query: `# 4. A point on the grounds, and a round over it within the next four hours.
mutation OrderRound($point: PutPatrolPointInput!, $order: OrderPatrolInput!) {
  putPatrolPoint(input: $point) { patrolPoint { id name code } }
  orderPatrol(input: $order) { patrolTask { id name windowTo } }
}
`,
    variables: {
      point: {
        id: '{{point}}', communityId: '{{community}}', name: '地下车库入口', code: 'DEMO-{{point}}',
        checklist: [{ key: 'clean', title: '环境卫生', kind: 'CHECK', isRequired: true }],
      },
      order: { communityId: '{{community}}', name: '临时巡查', post: 'SECURITY_GUARD', pointIds: ['{{point}}'], needsCode: true },
    },
  },
  {
    query: `# 5. Today's rounds, with what was found.
query TodaysRounds($community: UUID!, $day: NaiveDate) {
  patrolTasks(communityId: $community, day: $day, first: 20) {
    nodes {
      id name state windowFrom windowTo
      points { id name }
      results { observedAt authorName finding isInWindow point { name } }
    }
  }
}
`,
    variables: { community: '{{community}}', day: null },
  },
  {
    query: `# 6. What a phone sends when it comes home: here the report of a point. Sent again with the same
# mutationId it is applied once; add "after" and "groupId" to tie several together.
mutation PushReport($mutations: [JSON!]!) {
  syncPush(mutations: $mutations) {
    results { mutationId outcome duplicate code message record { collection seq document } }
  }
}
`,
    variables: {
      mutations: [
        {
          mutationId: '{{new}}', kind: 'patrol.report', recordId: '{{new}}',
          payload: { taskId: '{{task}}', pointId: '{{point}}', answers: { clean: true }, codeRead: 'DEMO-{{point}}' },
        },
      ],
    },
  },
  {
    query: `# 7. The board: what is going on at this moment.
query Board($community: UUID!) {
  board(communityId: $community) {
    day
    tickets { openedToday closedToday open dueSoon breached byState { kind state count } }
    patrols { due inProgress done missed rounds { points pointsDone task { name state } } }
    visits { overdue byState { state count } }
    handovers { byState { state count } }
    contacts { staffMember { name } deviceName lastContactAt }
  }
}
`,
    variables: { community: '{{community}}' },
  },
  {
    query: `# 8. What a phone listens to while it is online: a poke at once, and one with every change that
# concerns it. Stop it with the button that started it.
subscription Pokes {
  syncPoke { communityId seq }
}
`,
    variables: {},
  },
];

/** What earlier answers said. */
export const newMemory = () => ({ point: crypto.randomUUID() });

/** The variables as they are sent, or which place of them nothing is known for yet. */
export function fill(variables, memory) {
  let unknown = null;
  const text = JSON.stringify(variables ?? {}).replace(/\{\{(\w+)\}\}/g, (whole, name) => {
    if (name === 'new') return crypto.randomUUID();
    unknown ??= memory[name] === undefined ? name : null;
    return memory[name] ?? whole;
  });
  return { variables: JSON.parse(text), unknown };
}

/** Remembers what later operations need. */
export function learn(memory, data) {
  const position = data?.signIn?.viewer.positions[0];
  if (data?.signIn) Object.assign(memory, { token: data.signIn.accessToken, community: position?.communityId });
  if (data?.orderPatrol) memory.task = data.orderPatrol.patrolTask.id;
}
