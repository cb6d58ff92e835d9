import { setTimeout as delay } from "node:timers/promises";
import type { Cli } from "../../cli.ts";
import { Failure } from "../../exit-codes.ts";
import { follow } from "../../live-feed.ts";

/** However fast agents change, nobody reads faster. */
const leastGapMs = 500;

/** Calls `show` now and after every change of an agent, until Ctrl-C. */
export async function watchAgents(cli: Cli, fleetId: string, show: () => Promise<void>): Promise<never> {
  const stop = new AbortController();
  const signal = AbortSignal.any([cli.signal, stop.signal]);
  const feed = follow(await cli.client(), {
    fleetId,
    after: null,
    signal,
    onLost: (reason, seconds) => cli.output.note(`Lost the live feed: ${reason}. Again in ${seconds}s.`),
  });
  let changed = Promise.withResolvers<void>();
  const listening = (async () => {
    for await (const { type } of feed) if (type === "hello" || type === "agents") changed.resolve();
  })();
  try {
    while (!cli.signal.aborted) {
      await Promise.race([changed.promise, listening]);
      if (cli.signal.aborted) break;
      changed = Promise.withResolvers<void>();
      await show();
      await delay(leastGapMs, undefined, { signal });
    }
  } catch (error) {
    if (!cli.signal.aborted) throw error;
  } finally {
    stop.abort();
    await listening.catch(() => undefined);
  }
  throw new Failure("interrupted", "Stopped watching.");
}
