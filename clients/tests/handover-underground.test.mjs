// A hand-over between two guards underground, one with RxDB, one with WatermelonDB: what each wrote comes
// to light in any order.
import test from 'node:test';
import assert from 'node:assert/strict';
import { patrolApp, uuidv7 } from '../dist/index.js';
import { stage } from './support/stage.mjs';

const here = stage();
const MINUTE = 60_000;
const iso = (ms) => new Date(ms).toISOString();

const step = (handoverId, kind, at, more = {}) => ({ id: uuidv7(), handoverId, kind, note: '', observedAt: iso(at), ...more });

async function rest(...phones) {
  for (const round of [1, 2]) {
    for (const phone of phones) {
      await phone.inSync();
    }
    if (round === 2) {
      for (const phone of phones) {
        await phone.equals(await here.signIn(phone.account), ...patrolApp);
        assert.deepEqual((await phone.stats()).uncaught, []);
      }
    }
  }
}

for (const kinds of [['rxdb', 'watermelon'], ['watermelon', 'rxdb']]) {
  for (const comesFirst of ['the one who goes', 'the one who comes']) {
    test(`signatures arrive in any order (${kinds.join(' hands over to ')}, ${comesFirst} is home first)`, async (t) => {
      const [outgoing, incoming] = [
        await here.phone(t, kinds[0], 'security_guard', { collections: patrolApp }),
        await here.phone(t, kinds[1], 'security_guard_b', { collections: patrolApp }),
      ];
      const successor = await here.desk.staffOf('security_guard_b', here.server);
      const issues = (await here.desk.issues()).length;
      outgoing.offline();
      incoming.offline();

      // Both apps were started anew down there: there is nothing but their clocks. The id went over by a code on the screen.
      const began = Date.now() - 30 * MINUTE;
      const at = (minutes) => began + minutes * MINUTE;
      const equipment = [{ name: '对讲机', count: 2 }];
      const handover = {
        id: uuidv7(),
        communityId: here.community.id,
        incomingId: successor.id,
        equipment: JSON.stringify(equipment),
        openMatters: JSON.stringify([{ kind: 'repair', text: '3 栋电梯停运，已报修' }]),
        note: '东门夜间封闭',
        observedAt: iso(at(0)),
      };
      await outgoing.insert('handover', handover);
      const counted = JSON.stringify([{ name: '对讲机', counted: 2 }]);
      await incoming.insert('handoverEvent', step(handover.id, 'checked', at(5), { equipment: counted }));
      await outgoing.insert('handoverEvent', step(handover.id, 'signed', at(10), { signature: '甲' }));
      await incoming.insert('handoverEvent', step(handover.id, 'signed', at(15), { signature: '乙' }));

      const order = comesFirst === 'the one who goes' ? [outgoing, incoming] : [incoming, outgoing];
      for (const phone of order) {
        phone.online();
        await phone.inSync();
      }
      await rest(outgoing, incoming);

      const row = (await here.desk.rows('handover')).get(handover.id);
      assert.deepEqual(
        [row.state, row.observedAt, row.checkedAt, row.outgoingSignedAt, row.incomingSignedAt, row.passedAt],
        ['signed', at(0), at(5), at(10), at(15), at(15)],
      );
      assert.deepEqual([row.outgoingSignature, row.incomingSignature], ['甲', '乙']);
      const events = [...(await here.desk.rows('handoverEvent')).values()].filter(({ handoverId }) => handoverId === handover.id);
      assert.deepEqual(events.map(({ kind }) => kind).sort(), ['checked', 'prepared', 'signed', 'signed']);
      assert.equal((await here.desk.issues()).length, issues, 'nothing was lost');
    });
  }
}
