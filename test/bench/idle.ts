/**
 * Agents of our own that idle for ten simulated minutes: each sends the pings that it would send in that time, and
 * the platform answers them. Counted: how often the fleet's object woke for it, and whether it asked to be woken.
 *   node test/bench/idle.ts [--agents 1000] [--json]
 */
import { parseArgs } from "node:util";
import { liveness } from "../../protocol/custom/agent.ts";
import { withCountedFleet } from "./counted-fleet.ts";
import { report } from "./result.ts";

const { values } = parseArgs({
  options: { agents: { type: "string", default: "1000" }, json: { type: "boolean", default: false } },
});
const count = Number(values.agents);
const idleMs = 10 * 60_000;
const pings = idleMs / (liveness.intervalSeconds * 1000);
/** The runtime puts an idle object to sleep after ten seconds. */
const untilAsleepMs = 12_000;

await withCountedFleet(count, { own: true }, async ({ fleet, counters }) => {
  const before = await counters();
  await new Promise((resolve) => setTimeout(resolve, untilAsleepMs));
  for (let round = 1; round <= pings; round++) {
    for (const agent of fleet.agents) agent.socket.send(liveness.ping);
    await fleet.until(() => fleet.pongs >= round * count, "every ping is answered", 60_000);
  }
  const pingedAtMs = Date.now();
  const after = await counters();
  const due = after.alarmAtMs !== null && after.alarmAtMs < pingedAtMs + idleMs ? 1 : 0;
  // Asking for the counters wakes the object once.
  const builds = Math.max(0, after.built - before.built - 1);
  const wakes = builds + (after.messages - before.messages) + (after.alarms - before.alarms) + due;
  const line = { bench: "idle", n: count, floor: null };
  report(
    { ...line, metric: "wake_ups_in_10_simulated_minutes", value: wakes, unit: "wake-ups" },
    values.json,
  );
  report({ ...line, metric: "pongs", value: fleet.pongs, unit: "frames" }, values.json);
  report(
    { ...line, metric: "rows_written", value: after.rowsWritten - before.rowsWritten, unit: "rows" },
    values.json,
  );
  report(
    { ...line, metric: "slept", value: after.built > before.built ? 1 : 0, unit: "yes = 1" },
    values.json,
  );
});
