/**
 * One fleet, all at once: from the API call to the moment when every agent's APPLIED is stored durably (an agent's
 * reply leaves the object only then). Beside it, in the same run, the bare object: broadcast of the same bytes, one
 * row stored for each ack.
 *   node test/bench/fanout.ts [--agents 1000] [--rounds 9] [--applying] [--json]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { StartedRollout } from "../../protocol/api/rollouts.ts";
import { encodeServerFrame } from "../../protocol/opamp/frame.ts";
import { childrenNamed } from "../../scripts/runtime/processes.ts";
import { openRuntime } from "../../scripts/runtime/runtime.ts";
import { signUpTenant } from "../harness/tenant.ts";
import { startFloor } from "./floor.ts";
import { LoadFleet } from "./load-fleet.ts";
import { processorMs, residentMemoryMb } from "./process-usage.ts";
import { median, report, timed } from "./result.ts";
import { untilSucceeded } from "./rollout-end.ts";

const { values } = parseArgs({
  options: {
    agents: { type: "string", default: "1000" },
    rounds: { type: "string", default: "9" },
    applying: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});
const count = Number(values.agents);
const rounds = Number(values.rounds);
const configBytes = 2_048;
const patienceMs = 120_000;
const content = (round: number): string => `round: ${round}\n`.padEnd(configBytes, "#");

const stateDir = mkdtempSync(join(tmpdir(), "muster-bench-"));
const floor = await startFloor(stateDir);
const floorIdleMb = residentMemoryMb(floor.workerdPid);
const runtime = await openRuntime({
  stateDir: join(stateDir, "muster"),
  cronIntervalMs: 0,
  assets: false,
  vars: { DEFAULT_PLAN: "enterprise" },
});
const workerdPid = childrenNamed(process.pid, "workerd").find((pid) => pid !== floor.workerdPid);
if (workerdPid === undefined) throw new Error("the runtime's workerd was not found under /proc");
const tenant = await signUpTenant(runtime);
const token = await tenant.enrollmentToken(count);
const config = await tenant.createConfig("settings", content(-1));
const musterIdleMb = residentMemoryMb(workerdPid);

const [bare, floorConnectMs] = await timed(() =>
  LoadFleet.connect({ url: floor.url.replace("http", "ws"), count, token: "none" }),
);
const [fleet, musterConnectMs] = await timed(() =>
  LoadFleet.connect({
    url: `${runtime.url.replace("http", "ws")}/v1/opamp`,
    count,
    token,
    sayApplying: values.applying,
  }),
);
await fleet.introduce(patienceMs);

const floorMs: number[] = [];
const musterMs: number[] = [];
const floorCpuMs: number[] = [];
const musterCpuMs: number[] = [];
const sentBefore = fleet.sent;
for (let round = 0; round < rounds; round++) {
  const before = [processorMs(floor.workerdPid), processorMs(workerdPid)] as const;
  floorMs.push(await pushFloor(round));
  musterMs.push(await rollOut(round));
  floorCpuMs.push(processorMs(floor.workerdPid) - before[0]);
  musterCpuMs.push(processorMs(workerdPid) - before[1]);
}

const line = { bench: "fanout", n: count };
const print = (metric: string, value: number, floorValue: number | null, unit: string) =>
  report({ ...line, metric, value, floor: floorValue, unit }, values.json);
print("all_applied_stored", median(musterMs), median(floorMs), "ms");
print("all_applied_stored_best", Math.min(...musterMs), Math.min(...floorMs), "ms");
print("processor_time_of_the_rollout", median(musterCpuMs), median(floorCpuMs), "ms");
print(
  "memory_of_the_fleet",
  residentMemoryMb(workerdPid) - musterIdleMb,
  residentMemoryMb(floor.workerdPid) - floorIdleMb,
  "MB",
);
print("memory_of_the_process", residentMemoryMb(workerdPid), residentMemoryMb(floor.workerdPid), "MB");
print("all_connected", musterConnectMs, floorConnectMs, "ms");
print("incoming_messages_per_agent", (fleet.sent - sentBefore) / rounds / count, null, "messages");

await Promise.all([bare.close(), fleet.close()]);
await floor.stop();
await runtime.stop();
rmSync(stateDir, { recursive: true, force: true });

async function pushFloor(round: number): Promise<number> {
  const body = encodeServerFrame({
    instanceUid: new Uint8Array(16),
    remoteConfig: {
      config: {
        configMap: { "config.txt": { body: Buffer.from(content(round)), contentType: "text/plain" } },
      },
      configHash: new Uint8Array(32).fill(round + 1),
    },
  });
  const [answer, ms] = await timed(() => fetch(floor.url, { method: "POST", body }));
  if (!answer.ok) throw new Error(`the floor answered ${answer.status}`);
  return ms;
}

async function rollOut(round: number): Promise<number> {
  const version = await tenant.call<{ number: number }>("POST", `/v1/configs/${config}/versions`, {
    content: content(round),
  });
  const acknowledged = fleet.acknowledgements + count;
  const [started, ms] = await timed(async () => {
    const answer = tenant.call<StartedRollout>("POST", `/v1/fleets/${tenant.fleet}/rollouts`, {
      assignments: [{ config, version: version.number }],
      gates: { soakSeconds: 0 },
    });
    await Promise.race([
      fleet.until(() => fleet.acknowledgements === acknowledged, "every APPLIED is stored", patienceMs),
      answer.then(() => new Promise<never>(() => {})),
    ]);
    return answer;
  });
  await untilSucceeded(tenant, started.rollout.id, count);
  return ms;
}
