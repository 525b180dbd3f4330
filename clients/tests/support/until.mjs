/** Waits until `condition` gives something true, and gives that. Fails after the deadline. */
export async function until(condition, what = 'a condition', deadlineMs = 15_000) {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const value = await condition();
    if (value) {
      return value;
    }
    if (performance.now() > end) {
      const name = typeof what === 'function' ? await what() : what;
      throw new Error(`waited ${deadlineMs} ms in vain for ${name}`);
    }
    await new Promise((next) => setTimeout(next, 15));
  }
}
