/**
 * One fleet, all at once: from the API call to the moment when every agent's APPLIED is stored durably (an agent's
 * reply leaves the object only then). Beside it, in the same run, the bare object: broadcast of the same bytes, one
 * row stored for each ack.
 *   node test/bench/fanout.ts [--agents 1000] [--rounds 5] [--applying] [--json]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { encodeServerFrame } from "../../protocol/opamp/frame.ts";
import { openRuntime } from "../../scripts/runtime/runtime.ts";
import { signUpTenant } from "../harness/tenant.ts";
import { startFloor } from "./floor.ts";
import { LoadFleet } from "./load-fleet.ts";
import { residentMemoryMb } from "./resident-memory.ts";
import { median, report } from "./result.ts";
import { untilSucceeded } from "./rollout-end.ts";

const { values } = parseArgs({
  options: {
    agents: { type: "string", default: "1000" },
    rounds: { type: "string", default: "5" },
    applying: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});
const count = Number(values.agents);
const rounds = Number(values.rounds);
const configBytes = 2_048;
const patienceMs = 120_000;
const content = (round: number): string => `round: ${round}\n`.padEnd(configBytes, "#");

interface Measured {
  connectMs: number;
  pushMs: number[];
  memoryMb: number;
  sentPerAgent: number;
}

const stateDir = mkdtempSync(join(tmpdir(), "muster-bench-"));
try {
  const floor = await measureFloor();
  const muster = await measureMuster();
  const line = { bench: "fanout", n: count };
  report(
    {
      ...line,
      metric: "all_applied_stored",
      value: median(muster.pushMs),
      floor: median(floor.pushMs),
      unit: "ms",
    },
    values.json,
  );
  report(
    {
      ...line,
      metric: "all_applied_stored_best",
      value: Math.min(...muster.pushMs),
      floor: Math.min(...floor.pushMs),
      unit: "ms",
    },
    values.json,
  );
  report(
    { ...line, metric: "memory", value: muster.memoryMb, floor: floor.memoryMb, unit: "MB" },
    values.json,
  );
  report(
    { ...line, metric: "all_connected", value: muster.connectMs, floor: floor.connectMs, unit: "ms" },
    values.json,
  );
  report(
    {
      ...line,
      metric: "incoming_messages_per_agent",
      value: muster.sentPerAgent,
      floor: null,
      unit: "messages",
    },
    values.json,
  );
} finally {
  rmSync(stateDir, { recursive: true, force: true });
}

async function measureFloor(): Promise<Measured> {
  const floor = await startFloor(stateDir);
  const begun = performance.now();
  const fleet = await LoadFleet.connect({ url: floor.url.replace("http", "ws"), count, token: "none" });
  const connectMs = performance.now() - begun;
  const pushMs: number[] = [];
  const frameOf = (round: number) =>
    encodeServerFrame({
      instanceUid: new Uint8Array(16),
      remoteConfig: {
        config: {
          configMap: { "config.txt": { body: Buffer.from(content(round)), contentType: "text/plain" } },
        },
        configHash: new Uint8Array(32).fill(round + 1),
      },
    });
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    const answer = await fetch(floor.url, { method: "POST", body: frameOf(round) });
    if (!answer.ok) throw new Error(`the floor answered ${answer.status}`);
    pushMs.push(performance.now() - start);
  }
  const memoryMb = residentMemoryMb(floor.workerdPid);
  await fleet.close();
  await floor.stop();
  return { connectMs, pushMs, memoryMb, sentPerAgent: 1 };
}

async function measureMuster(): Promise<Measured> {
  const runtime = await openRuntime({ stateDir: join(stateDir, "muster"), cronIntervalMs: 0 });
  if (runtime.workerdPid === null) throw new Error("the runtime's workerd was not found under /proc");
  const tenant = await signUpTenant(runtime.url);
  const token = await tenant.enrollmentToken(count);
  const config = await tenant.createConfig("settings", content(-1));
  const begun = performance.now();
  const fleet = await LoadFleet.connect({
    url: `${runtime.url.replace("http", "ws")}/v1/opamp`,
    count,
    token,
    sayApplying: values.applying,
  });
  const connectMs = performance.now() - begun;
  await fleet.introduce(patienceMs);
  const pushMs: number[] = [];
  const sentBefore = fleet.sent;
  for (let round = 0; round < rounds; round++) {
    const version = await tenant.call<{ number: number }>("POST", `/v1/configs/${config}/versions`, {
      content: content(round),
    });
    const acknowledged = fleet.acknowledgements;
    const start = performance.now();
    const started = tenant.call<{ rollout: { id: string } }>("POST", `/v1/fleets/${tenant.fleet}/rollouts`, {
      assignments: [{ config, version: version.number }],
      gates: { soakSeconds: 0 },
    });
    await fleet.until(
      () => fleet.acknowledgements === acknowledged + count,
      "every APPLIED is stored",
      patienceMs,
    );
    pushMs.push(performance.now() - start);
    await untilSucceeded(tenant, (await started).rollout.id, count);
  }
  const memoryMb = residentMemoryMb(runtime.workerdPid);
  const sentPerAgent = (fleet.sent - sentBefore) / rounds / count;
  await fleet.close();
  await runtime.stop();
  return { connectMs, pushMs, memoryMb, sentPerAgent };
}
