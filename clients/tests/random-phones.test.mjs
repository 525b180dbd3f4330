// Phones at random: one with the wrapper for WatermelonDB, one that calls `synchronize` by hand, one on
// the native face, with answers lost on the way. The same seed is the same run.
import test from 'node:test';
import assert from 'node:assert/strict';
import { uuidv7 } from '../dist/index.js';
import { stage } from './support/stage.mjs';

const here = stage();
const ALL = ['party', 'ticket', 'ticketEvent', 'syncIssue'];
const SEEDS = [7, 21, 2026];
const ROUNDS = 14;

/** A small generator of chance (mulberry32). */
function chanceOf(seed) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const pick = (list) => list[Math.floor(next() * list.length)];
  return { pick, happens: (share) => next() < share };
}

const STEPS = ['ordered', 'dispatched', 'on_site', 'finished', 'closed', 'cancelled'];

for (const seed of SEEDS) {
  test(`random work comes to one end (seed ${seed})`, async (t) => {
    const { pick, happens } = chanceOf(seed);
    const tickets = [];
    for (let count = 0; count < 3; count += 1) {
      tickets.push(await here.desk.open({ summary: `工单 ${count}` }));
    }
    const [helper, plain] = [
      await here.watermelon(t, 'assistant', { mode: 'helper', limit: 40 }),
      await here.watermelon(t, 'assistant_b', { mode: 'plain' }),
    ];
    const native = await here.signIn('supervisor');
    let count = 0;
    const text = (who) => `${who} ${(count += 1)}`;
    const edit = (who) =>
      pick([{ summary: text(who) }, { description: text(who) }, { convenientTime: text(who) }, { priority: pick(['low', 'high', 'urgent']) }]);

    async function acts(phone, who) {
      const held = tickets.filter((id) => id);
      const id = pick(held);
      const row = await phone.get('ticket', id);
      const what = pick(['edit', 'edit', 'edit', 'open', 'bad', 'note', 'step', 'state', 'remove']);
      if (what === 'open') {
        const made = { id: uuidv7(), communityId: here.community.id, summary: text(who), witnessed: true };
        await phone.insert('ticket', made);
        tickets.push(made.id);
      } else if (what === 'bad') {
        await phone.insert('ticket', { id: pick([uuidv7(), text('no-uuid')]), communityId: uuidv7(), summary: text(who) });
      } else if (row === null) {
        return;
      } else if (what === 'edit') {
        await phone.patch('ticket', id, edit(who));
      } else if (what === 'state') {
        await phone.patch('ticket', id, { state: pick(STEPS) });
      } else if (what === 'remove' && happens(0.3)) {
        await phone.call('remove', 'ticket', id);
      } else {
        const event = { id: uuidv7(), ticketId: id, witnessed: true, note: text(who) };
        await phone.insert('ticketEvent', what === 'step' ? { ...event, kind: 'advanced', toState: pick(STEPS) } : { ...event, kind: 'noted' });
      }
    }

    async function nativeActs() {
      const id = pick(tickets);
      const [kind, payload] = pick([
        ['ticket.edit', edit('原生')],
        ['ticket.note', { note: text('原生') }],
        ['ticket.advance', { to: pick(STEPS) }],
      ]);
      await native.push({ kind, recordId: id, payload });
    }

    async function syncs(phone) {
      if (happens(0.5)) {
        phone.proxy.next(pick(['/sync/pull', '/sync/push']), { drop: true });
      }
      // What was lost is made good by a later one.
      await phone.sync().catch(() => {});
    }

    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [phone, who] of [[helper, '甲'], [plain, '乙']]) {
        await acts(phone, who);
        if (happens(0.4)) {
          await syncs(phone);
        }
      }
      await nativeActs();
    }
    for (const phone of [helper, plain]) {
      phone.proxy.heal();
      await phone.inSync();
    }
    for (const phone of [helper, plain]) {
      await phone.inSync();
      await phone.equals(await here.signIn(phone.account), ...ALL);
      const { issueCount, log } = await phone.call('diagnose');
      assert.equal(issueCount, 0, log);
      assert.deepEqual((await phone.stats()).uncaught, []);
    }
    const ledger = await here.desk.ledger();
    const { applied, merged, conflictKept, deferred, quarantined, discarded } = ledger;
    assert.equal(applied + merged + conflictKept + deferred + quarantined + discarded, ledger.distinct);
    assert.equal(ledger.distinct + ledger.duplicates, ledger.deliveries);
    assert.ok(applied > 0 && quarantined > 0);
  });
}
