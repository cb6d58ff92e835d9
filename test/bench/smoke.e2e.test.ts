/** The benches run, and what they count meets its mark. Times are printed by them, never asserted. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { root } from "../../scripts/runtime/paths.ts";
import type { Result } from "./result.ts";

const run = promisify(execFile);

async function bench(name: string, ...args: string[]): Promise<Map<string, Result>> {
  const { stdout } = await run(process.execPath, [`test/bench/${name}.ts`, "--json", ...args], { cwd: root });
  const results = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Result);
  for (const result of results) {
    expect(result).toMatchObject({ bench: name, n: expect.any(Number), unit: expect.any(String) });
    expect(Number.isFinite(result.value)).toBe(true);
  }
  return new Map(results.map((result) => [result.metric, result]));
}

test("fanout measures against its floor", async () => {
  const results = await bench("fanout", "--agents", "30", "--rounds", "2", "--applying");
  for (const metric of ["all_applied_stored", "processor_time_of_the_rollout", "memory_of_the_fleet"]) {
    expect(results.get(metric)?.floor).toEqual(expect.any(Number));
  }
  expect(results.get("incoming_messages_per_agent")?.value).toBeLessThanOrEqual(3);
});

test("a storm of redials loses and doubles no offer, and no call is answered 5xx", async () => {
  const results = await bench("storm", "--agents", "30", "--rounds", "2");
  expect(results.get("all_online")?.floor).toEqual(expect.any(Number));
  for (const metric of ["offers_lost", "offers_doubled", "control_calls_answered_5xx"]) {
    expect(results.get(metric)?.value).toBe(0);
  }
});

test("idle agents of our own wake nothing", async () => {
  const results = await bench("idle", "--agents", "30");
  expect(results.get("slept")?.value).toBe(1);
  expect(results.get("wake_ups_in_10_simulated_minutes")?.value).toBe(0);
  expect(results.get("rows_written")?.value).toBe(0);
  expect(results.get("pongs")?.value).toBe(30 * 30);
});

test("the agent, compiled, needs a few bytes an hour while nothing happens", async () => {
  const results = await bench("agent", "--rounds", "1", "--hours", "0.5", "--idle", "1");
  expect(results.get("start_to_online")?.floor).toEqual(expect.any(Number));
  expect(results.has("memory_idle")).toBe(true);
  expect(results.get("network_an_idle_hour")?.value).toBeLessThanOrEqual(3_000);
});

test("the API answers many users, and a read asks the store at most three times", async () => {
  const size = ["--agents", "5", "--configs", "10", "--audit", "600", "--users", "5", "--seconds", "0.2"];
  const results = await bench("api", ...size);
  const reads = ["get_config", "list_configs", "get_fleet", "get_agent", "list_agents", "list_audit_events"];
  for (const name of reads) {
    expect(results.get(`${name}_store_calls`)?.value, name).toBeLessThanOrEqual(3);
    expect(results.get(`${name}_p99`)?.floor, name).toEqual(expect.any(Number));
  }
  expect(results.get("get_config_store_calls")?.value).toBe(2);
  expect(results.has("create_config_version_p99")).toBe(true);
});

test("a rollout costs at most three rows and three messages an agent, and nothing per agent in the metadata store", async () => {
  const results = await bench("bill", "--agents", "100");
  expect(results.get("object_rows_per_agent")?.value).toBeLessThanOrEqual(3);
  expect(results.get("incoming_messages_per_agent")?.value).toBeLessThanOrEqual(3);
  expect(results.get("metadata_event_rows_growth")?.value).toBe(0);
  const stated = readFileSync(join(root, "docs/reference/performance.md"), "utf8").matchAll(
    /^\| `(\w+)` \| ([\d.]+) \|$/gm,
  );
  const figures = [...stated];
  expect(figures).toHaveLength(7);
  for (const [, metric = "", most] of figures) {
    expect(results.get(metric)?.value, metric).toBeLessThanOrEqual(Number(most));
  }
});
