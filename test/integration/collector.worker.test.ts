import { expect, it } from "vitest";
import type { CollectorComponent, FleetComponents } from "../../protocol/api/collector.ts";
import type { Validation } from "../../protocol/api/configs.ts";
import type { RolloutPreview } from "../../protocol/api/rollouts.ts";
import type { AgentMessage } from "../harness/fake-agent.ts";
import { usualCapabilities } from "../harness/fake-agent.ts";
import { enrol } from "../harness/worker/enrolled.ts";
import { until } from "../harness/worker/fleet-world.ts";
import { call, expectCall, type World, world } from "../harness/world.ts";

const config = `receivers:
  otlp: {protocols: {grpc: }}
  filelog: {include: [/var/log/*.log]}
exporters:
  debug:
service:
  pipelines:
    logs: {receivers: [otlp, filelog], exporters: [debug]}
`;

const available = (receivers: string[]): AgentMessage["availableComponents"] => ({
  hash: new TextEncoder().encode(receivers.join()),
  components: Object.fromEntries(
    Object.entries({ receivers, exporters: ["debug"] }).map(([role, types]) => [
      role,
      { subComponentMap: Object.fromEntries(types.map((type) => [type, {}])) },
    ]),
  ),
});

const componentsOf = (w: World, fleet = w.fleet) =>
  expectCall<FleetComponents>(200, "GET", `/v1/fleets/${fleet}/components`, { token: w.token });
const validate = (w: World, body: object) =>
  expectCall<Validation>(200, "POST", "/v1/configs/validate", {
    token: w.token,
    body: { kind: "otel-collector", content: config, ...body },
  });

it("checks a config against the components that the fleet's collectors report", async () => {
  const w = await world();
  expect(await validate(w, {})).toEqual({ valid: true, diagnostics: [], checkedAgainst: null });
  const none = await validate(w, { fleet: w.fleet });
  expect(none).toEqual({
    valid: true,
    diagnostics: [],
    checkedAgainst: { agents: 0, reporting: 0, versions: [] },
  });

  const [full, small] = await enrol(w, ["full", "small"], {
    capabilities: [...usualCapabilities, "ReportsAvailableComponents"],
  });
  full?.fake.say({ availableComponents: available(["otlp", "filelog"]) } as AgentMessage);
  small?.fake.say({ availableComponents: available(["otlp"]) } as AgentMessage);
  await until(
    () => componentsOf(w),
    ({ reporting }) => reporting === 2,
  );
  const some = await validate(w, { fleet: w.fleet });
  expect(some.valid).toBe(true);
  expect(some.diagnostics).toMatchObject([
    { severity: "warning", code: "component_not_everywhere", line: 3, column: 3 },
  ]);
  const { id } = await expectCall<{ id: string }>(201, "POST", `/v1/projects/${w.project}/configs`, {
    token: w.token,
    body: { name: "gateway", kind: "otel-collector", content: config },
  });
  const plan = await expectCall<RolloutPreview>(200, "POST", `/v1/fleets/${w.fleet}/rollouts?dryRun=true`, {
    token: w.token,
    body: { assignments: [{ config: id, fileName: "gateway.yaml" }] },
  });
  expect(plan.warnings).toEqual([
    'gateway v1 (gateway.yaml), line 3: 1 of 2 agents do not have the receiver "filelog". Agent: small.',
  ]);

  await expectCall(200, "POST", `/v1/agents/${full?.id}/revoke`, { token: w.token });
  const missing = await validate(w, { fleet: w.fleet });
  expect(missing.valid).toBe(false);
  expect(missing.diagnostics).toMatchObject([
    { severity: "error", code: "component_not_available", line: 3, column: 3, path: "receivers.filelog" },
  ]);
  expect(missing.checkedAgainst).toEqual({ agents: 1, reporting: 1, versions: [] });

  const listed = await expectCall<{ items: CollectorComponent[] }>(
    200,
    "GET",
    `/v1/collector-components?role=receiver&fleet=${w.fleet}`,
    { token: w.token },
  );
  const agents = Object.fromEntries(listed.items.map((one) => [one.type, one.agents]));
  expect(agents).toMatchObject({ otlp: 1, filelog: 0, kafka: 0 });
});

it("describes every component with a schema, an example and what it handles", async () => {
  const w = await world();
  const { items } = await expectCall<{ items: CollectorComponent[] }>(
    200,
    "GET",
    "/v1/collector-components",
    {
      token: w.token,
    },
  );
  expect(items.length).toBeGreaterThanOrEqual(25);
  for (const one of items) {
    expect(one.schema).toMatchObject({ additionalProperties: false });
    expect(one.agents).toBeNull();
    expect(one.signals.length + one.connects.length > 0).toBe(one.role !== "extension");
  }
  const aliased = await expectCall<{ items: CollectorComponent[] }>(
    200,
    "GET",
    "/v1/collector-components?type=otlp_http",
    { token: w.token },
  );
  expect(aliased.items.map(({ type }) => type)).toEqual(["otlphttp"]);
});

it("tells nobody of another tenant's fleet, and takes a selector only with one", async () => {
  const [w, other] = [await world(), await world()];
  for (const [method, path, body] of [
    ["GET", `/v1/fleets/${other.fleet}/components`, undefined],
    ["GET", `/v1/collector-components?fleet=${other.fleet}`, undefined],
    ["POST", "/v1/configs/validate", { kind: "otel-collector", content: config, fleet: other.fleet }],
  ] as const) {
    expect((await call(method, path, { token: w.token, ...(body && { body }) })).status).toBe(404);
  }
  const alone = await call("POST", "/v1/configs/validate", {
    token: w.token,
    body: { kind: "file", content: "x", selector: "a=b" },
  });
  expect(alone.status).toBe(400);
  expect(alone.body).toMatchObject({ errors: [{ path: "selector" }] });
  const broken = await call("POST", "/v1/configs/validate", {
    token: w.token,
    body: { kind: "file", content: "x", fleet: w.fleet, selector: "a in" },
  });
  expect(broken.body).toMatchObject({ errors: [{ path: "selector" }] });
});
