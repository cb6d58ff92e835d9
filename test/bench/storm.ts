/**
 * All sockets of a fleet drop at once in the middle of a rollout, and all agents dial again at the same moment, without
 * jitter: until each has had the reply to its first message and the fleet counts it as online, and until the rollout has
 * ended. The floor is the time in which the bare object accepts the same sockets. Meanwhile somebody asks the API on.
 *   node test/bench/storm.ts [--agents 1000] [--rounds 5] [--json]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { FleetDetail } from "../../protocol/api/fleets.ts";
import { openRuntime } from "../../scripts/runtime/runtime.ts";
import { signUpTenant } from "../harness/tenant.ts";
import { until } from "../harness/until.ts";
import { startFloor } from "./floor.ts";
import { LoadFleet } from "./load-fleet.ts";
import { median, report, timed } from "./result.ts";
import { untilSucceeded } from "./rollout-end.ts";

const { values } = parseArgs({
  options: {
    agents: { type: "string", default: "1000" },
    rounds: { type: "string", default: "5" },
    json: { type: "boolean", default: false },
  },
});
const count = Number(values.agents);
const rounds = Number(values.rounds);
const patienceMs = 120_000;

const stateDir = mkdtempSync(join(tmpdir(), "muster-bench-"));
const floor = await startFloor(stateDir);
const runtime = await openRuntime({
  stateDir: join(stateDir, "muster"),
  cronIntervalMs: 0,
  assets: false,
  vars: { DEFAULT_PLAN: "enterprise" },
});
const tenant = await signUpTenant(runtime);
const token = await tenant.enrollmentToken(count);
const config = await tenant.createConfig("settings", "first\n");
const bare = await LoadFleet.connect({ url: floor.url.replace("http", "ws"), count, token: "none" });
const fleet = await LoadFleet.connect({
  url: `${runtime.url.replace("http", "ws")}/v1/opamp`,
  count,
  token,
});
await fleet.introduce(patienceMs);

const acceptedMs: number[] = [];
const onlineMs: number[] = [];
const endedMs: number[] = [];
let calls = 0;
let failedCalls = 0;
let offersLost = 0;
let offersDoubled = 0;

for (let round = 0; round < rounds; round++) {
  await bare.dropAll();
  acceptedMs.push((await timed(() => bare.redialAll()))[1]);
  await storm(round);
}

const line = { bench: "storm", n: count };
const print = (metric: string, value: number, floorValue: number | null, unit: string) =>
  report({ ...line, metric, value, floor: floorValue, unit }, values.json);
print("all_online", median(onlineMs), median(acceptedMs), "ms");
print("all_online_best", Math.min(...onlineMs), Math.min(...acceptedMs), "ms");
print("rollout_ended", median(endedMs), null, "ms");
print("control_calls", calls, null, "calls");
print("control_calls_answered_5xx", failedCalls, null, "calls");
print("offers_lost", offersLost, null, "offers");
print("offers_doubled", offersDoubled, null, "offers");

await Promise.all([bare.close(), fleet.close()]);
await floor.stop();
await runtime.stop();
rmSync(stateDir, { recursive: true, force: true });

/** Everybody has the offer and has not answered it; then the line breaks, and it is offered once more to each. */
async function storm(round: number): Promise<void> {
  fleet.isSilent = true;
  const before = fleet.allOffers;
  const rollout = await tenant.rollOut(config, `round ${round}\n`, { gates: { soakSeconds: 0 } });
  await fleet.until(() => fleet.allOffers - before === count, "everybody is offered the config", patienceMs);
  await fleet.dropAll();
  fleet.isSilent = false;
  const asking = new AbortController();
  const asked = askOn(asking.signal);
  const [, ms] = await timed(async () => {
    await fleet.redialAll();
    await fleet.introduce(patienceMs);
    await until("the fleet counts everybody as online", async () => {
      const { counts } = await tenant.call<FleetDetail>("GET", `/v1/fleets/${tenant.fleet}`);
      return counts?.online === count;
    });
  });
  onlineMs.push(ms);
  endedMs.push(ms + (await timed(() => untilSucceeded(tenant, rollout.id, count)))[1]);
  asking.abort();
  await asked;
  const again = fleet.allOffers - before - count;
  offersLost += Math.max(0, count - again);
  offersDoubled += Math.max(0, again - count);
}

async function askOn(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const answer = await fetch(`${runtime.url}/v1/fleets/${tenant.fleet}/rollouts`, {
      headers: { authorization: tenant.authorization() },
    });
    await answer.arrayBuffer();
    calls++;
    if (answer.status >= 500) failedCalls++;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
