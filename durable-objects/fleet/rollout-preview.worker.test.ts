import { expect, test } from "vitest";
import { openPolicy } from "../../domain/rollouts/policy.ts";
import { usualCapabilities } from "../../test/harness/fake-agent.ts";
import { type FleetWorld, fleetWorld, until, value } from "../../test/harness/worker/fleet-world.ts";
import {
  agentsOf,
  applies,
  hashOf,
  isSilent,
  order,
  rollOut,
  start,
} from "../../test/harness/worker/orders.ts";

const preview = async (world: FleetWorld, next: ReturnType<typeof order>) =>
  value(await world.stub.previewRollout(world.scope, next));

test("shows one diff for each distinct change, shared by its agents", async () => {
  const world = await fleetWorld();
  await agentsOf(world, [applies, applies]);
  await rollOut(world, order("a\nb\nc\n"));
  const newcomer = await world.dial(world.token());
  newcomer.agent.hello();
  await until(
    () => newcomer.agent.offers.length,
    (count) => count > 0,
  );
  const plan = await preview(world, order("a\nB\nc\n"));
  const pairs = plan.waves.flatMap(({ agents }) => agents.map(({ diff }) => plan.diffs[diff ?? -1]?.from));
  expect(pairs.sort()).toEqual([hashOf("a\nb\nc\n"), hashOf("a\nb\nc\n"), hashOf("a\nb\nc\n")]);
  expect(plan.diffs).toEqual([
    {
      from: hashOf("a\nb\nc\n"),
      to: hashOf("a\nB\nc\n"),
      agents: 3,
      reasons: ["greeting v1 → v1"],
      files: [{ name: "config.txt", change: "changed", diff: "@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n" }],
      packages: [],
    },
  ]);
  const same = await preview(world, order("a\nb\nc\n"));
  expect([same.unchanged, same.diffs]).toEqual([3, []]);
  expect(same.waves[0]?.agents[0]?.diff).toBeNull();
});

test("shows what an agent gets that had nothing, and no text of a file too large to compare", async () => {
  const world = await fleetWorld();
  await agentsOf(world, [applies]);
  const [added] = (await preview(world, order("hello\n"))).diffs;
  expect(added).toMatchObject({
    from: null,
    files: [{ name: "config.txt", change: "added", diff: "@@ -0,0 +1,1 @@\n+hello\n" }],
  });
  const [large] = (await preview(world, order("x".repeat(300_000)))).diffs;
  expect(large?.files).toEqual([{ name: "config.txt", change: "added", diff: null }]);
});

test("warns of agents that cannot be staged, that take no packages, and of who is active", async () => {
  const world = await fleetWorld();
  await agentsOf(world, [isSilent]);
  const staged = await preview(
    world,
    order("hello", { strategy: { kind: "blue-green", activation: "automatic" } }),
  );
  expect(staged.warnings).toEqual([
    "1 agent cannot take files in ahead: it is offered them at the activation.",
  ]);
  const next = order("hello");
  const packages = [
    {
      name: "tool",
      version: "1",
      url: "https://x.test/tool",
      sha256: "a".repeat(64),
      signature: null,
      type: "addon" as const,
      selector: "",
    },
  ];
  const packed = await preview(world, { ...next, release: { ...next.release, packages } });
  expect(packed.warnings).toEqual(["1 agent does not accept packages, and gets the configs only."]);
  await start(world, order("active"));
  const behind = await preview(world, order("hello", { onActive: "queue" }));
  expect(behind.startsAt).toBeNull();
  expect(behind.warnings.join(" ")).toContain("this one starts when it has ended");
});

test("says when it would start", async () => {
  const world = await fleetWorld();
  const startAtMs = Date.now() + 86_400_000;
  const at = async (changes: Parameters<typeof order>[1]) =>
    (await preview(world, order("x", changes))).startsAt;
  expect(await at({ schedule: { startAtMs, windows: [] } })).toBe(new Date(startAtMs).toISOString());
  const untilMs = Date.now() + 3_600_000;
  const policy = { ...openPolicy, freezes: [{ fromMs: 0, untilMs, reason: "holidays" }] };
  expect(await at({ policy })).toBe(new Date(untilMs).toISOString());
  expect(await at({ policy: { ...openPolicy, protected: true } })).toBeNull();
});

test("an agent that takes packages runs them with its files as one target, and others get the files alone", async () => {
  const world = await fleetWorld();
  const [plain] = await agentsOf(world, [applies]);
  const packing = await world.dial(world.token(), {
    capabilities: [...usualCapabilities, "AcceptsPackages", "ReportsPackageStatuses"],
    onConfig: (agent, config) => agent.applied(hexOf(config.configHash)),
  });
  packing.agent.hello();
  await until(
    async () => value(await world.stub.summary(world.scope)).counts.total,
    (total) => total === 2,
  );
  const next = order("hello");
  const tool = {
    name: "tool",
    version: "1",
    url: "https://x.test/tool",
    sha256: "a".repeat(64),
    signature: null,
    type: "addon" as const,
    selector: "",
  };
  const packed = { ...next, release: { ...next.release, packages: [tool] } };
  const { diffs } = await preview(world, packed);
  expect(diffs.flatMap(({ packages }) => packages)).toEqual([{ name: "tool", from: null, to: "1" }]);
  await rollOut(world, packed);
  expect(plain?.agent.status?.hash).toBe(hashOf("hello"));
  expect(packing.agent.status?.hash, "the files' own hash goes over the wire").toBe(hashOf("hello"));
  const twice = { ...tool, version: "2" };
  const later = order("hello");
  const first = await preview(world, { ...later, release: { ...later.release, packages: [twice, tool] } });
  expect(first.diffs.flatMap(({ packages }) => packages)).toEqual([{ name: "tool", from: "1", to: "2" }]);
  expect(first.warnings).toContainEqual(expect.stringContaining("two packages of one name"));
});

const hexOf = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

test("checks a start by the numbers of its preview", async () => {
  const world = await fleetWorld();
  await agentsOf(world, [applies, applies, applies]);
  await rollOut(world, order("first"));
  const next = order("second", {
    strategy: { kind: "rolling", batch: 2, pauseSeconds: 0, maxUnavailable: null, rate: null },
  });
  const { waves, total, unchanged, warnings, refusal, planToken } = await preview(world, next);
  const check = { waves: waves.length, total, unchanged, warnings, refusal };
  expect(value(await world.stub.checkRollout(world.scope, next))).toEqual({ ...check, planToken: null });
  const looked = await world.stub.checkRollout(world.scope, { ...next, planToken });
  expect(value(looked)).toEqual({ ...check, planToken });
});

test("makes the plan anew where the fleet has changed since the check", async () => {
  const world = await fleetWorld();
  await agentsOf(world, [applies, applies]);
  const first = order("first");
  expect(value(await world.stub.checkRollout(world.scope, first)).total).toBe(2);
  const newcomer = await world.dial(world.token());
  newcomer.agent.hello();
  await until(
    async () => value(await world.stub.summary(world.scope)).counts.total,
    (total) => total === 3,
  );
  expect(value(await world.stub.startRollout(world.scope, first)).total).toBe(3);
});
