// What most test files stand on: one server with the demo estate, the desk, and phones that are
// given back after each test.
import { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { Native } from './native.mjs';
import { Phone, dismissPhones } from './phone.mjs';
import { Server } from './server.mjs';

/** Whom tests need: the desk of the estate, and its staff by account. */
export function stage(settings = {}) {
  const stage = {
    async phone(t, kind, account, options) {
      const phone = await Phone.start(kind, stage.server, account, options);
      t.after(() => phone.close());
      return phone;
    },
    rxdb: (t, account, options) => stage.phone(t, 'rxdb', account, options),
    watermelon: (t, account, options) => stage.phone(t, 'watermelon', account, options),
    signIn: (account, options) => Native.signIn(stage.server, account, options),
  };
  before(async () => {
    stage.server = await Server.start(settings);
    stage.desk = await stage.signIn('assistant');
    stage.community = await stage.desk.community();
    stage.worker = await stage.desk.staffOf('maintenance_worker', stage.server);
    stage.workerB = await stage.desk.staffOf('maintenance_worker_b', stage.server);
  });
  after(async () => {
    dismissPhones();
    const faults = stage.server?.faults() ?? [];
    await stage.server?.close();
    assert.deepEqual(faults, [], 'the server logged faults of its own');
  });
  return stage;
}
