import { setTimeout as pause } from "node:timers/promises";

/** After this long without a line, what was there is taken to be told: neither engines nor `journalctl` say so. */
const quietMs = 300;

/** What the source brings; if it is followed, "quiet" once: when what was there has been told. */
export async function* tellingQuiet<T>(
  source: AsyncIterable<T>,
  follow: boolean,
): AsyncGenerator<{ value: T } | "quiet"> {
  const iterator = source[Symbol.asyncIterator]();
  let quiet = !follow;
  for (;;) {
    const next = iterator.next();
    if (!quiet && (await isLate(next))) {
      quiet = true;
      yield "quiet";
    }
    // What comes later is not lost: the same promise is awaited again.
    const { value, done } = await next;
    if (done) return;
    yield { value };
  }
}

async function isLate(next: Promise<unknown>): Promise<boolean> {
  const over = new AbortController();
  const late = pause(quietMs, true, { ref: false, signal: over.signal });
  late.catch(() => {});
  try {
    return await Promise.race([next.then(() => false), late]);
  } finally {
    over.abort();
  }
}
