// What all workers share: one operation at a time is asked for by message and answered by message.
// Each phone has a clock of its own, which may be wrong.
let clockOffMs = 0;

const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...parts) {
    super(...(parts.length > 0 ? parts : [RealDate.now() + clockOffMs]));
  }

  static now() {
    return RealDate.now() + clockOffMs;
  }
};

export function serve(operations) {
  process.on('message', async ({ id, op, args }) => {
    try {
      if (op === 'open' || op === 'setClock') {
        clockOffMs = args[0].clockOffMs ?? 0;
      }
      if (op !== 'setClock' && !operations[op]) {
        throw new Error(`there is no operation ${op}`);
      }
      process.send({ id, value: (await operations[op]?.(...args)) ?? null });
    } catch (error) {
      process.send({ id, error: String(error?.stack ?? error) });
    }
  });
  process.on('disconnect', () => process.exit());
  // An error nobody catches is kept, for tests that must not see one.
  const uncaught = [];
  process.on('unhandledRejection', (error) => uncaught.push(String(error?.message ?? error)));
  process.on('uncaughtException', (error) => uncaught.push(String(error?.message ?? error)));
  return uncaught;
}
