import { expect, test } from "vitest";
import { sha256Hex } from "../../domain/configs/hash.ts";
import { PackageStatusEnum } from "../../protocol/opamp/opamp_pb.js";
import { type AgentMessage, usualCapabilities } from "../../test/harness/fake-agent.ts";
import { type FleetWorld, fleetWorld, until, value } from "../../test/harness/worker/fleet-world.ts";
import { applies, order, rollOut } from "../../test/harness/worker/orders.ts";

type Available = NonNullable<AgentMessage["availableComponents"]>;

function components(name: string, receivers: string[]): Available {
  const details = (types: string[]) => ({
    subComponentMap: Object.fromEntries(types.map((type) => [type, {}])),
  });
  return {
    hash: new TextEncoder().encode(name),
    components: { receivers: details(receivers), exporters: details(["debug"]) },
  };
}

interface Speaks {
  name: string;
  labels?: Record<string, string>;
  version?: string;
  own?: boolean;
  says?: Omit<AgentMessage, "instanceUid" | "sequenceNum">;
}

async function agent(world: FleetWorld, { name, labels = {}, version = "1.0.0", own = false, says }: Speaks) {
  const { agent: dialed } = await world.dial(world.token({ labels }), {
    own,
    capabilities: [...usualCapabilities, "ReportsAvailableComponents", "ReportsPackageStatuses"],
    identifying: { "service.name": "x", "service.instance.id": name, "service.version": version },
    onConfig: (one, config) =>
      applies(one, [...config.configHash].map((byte) => byte.toString(16).padStart(2, "0")).join("")),
  });
  const before = dialed.received.length;
  dialed.say(Object.assign({ ...says }, dialed.fullState()));
  await until(
    () => dialed.received.length,
    (now) => now > before,
  );
}

function orderOf(kind: string, fileName: string, content: string, selector = "") {
  const made = order(content, {}, selector);
  const assignments = made.release.assignments.map((one) => ({
    ...one,
    configName: "edge",
    kind,
    fileName,
    sha256: sha256Hex(content),
  }));
  return { ...made, release: { ...made.release, assignments } };
}

const warningsOf = async (world: FleetWorld, next: ReturnType<typeof order>) =>
  value(await world.stub.previewRollout(world.scope, next)).warnings;

const collector = `receivers:
  filelog:
    include: [/var/log/a.log]
exporters:
  debug: {}
service:
  pipelines:
    logs:
      receivers: [filelog]
      exporters: [debug]
`;

test("a plan names the component, the file and the agents that say they do not have it", async () => {
  const world = await fleetWorld();
  const [without, with_] = [components("without", ["otlp"]), components("with", ["otlp", "filelog"])];
  await agent(world, { name: "b", says: { availableComponents: without } });
  await agent(world, { name: "a", says: { availableComponents: without } });
  await agent(world, { name: "silent" });
  const next = orderOf("otel-collector", "otel.yaml", collector);
  expect(await warningsOf(world, next)).toEqual([
    'edge v1 (otel.yaml), line 2: None of the 2 agents that say what they have has the receiver "filelog". Agents: a, b.',
  ]);
  await agent(world, { name: "c", labels: { role: "edge" }, says: { availableComponents: with_ } });
  expect(await warningsOf(world, next)).toEqual([
    'edge v1 (otel.yaml), line 2: 2 of 3 agents do not have the receiver "filelog". Agents: a, b.',
  ]);
  const check = value(await world.stub.checkRollout(world.scope, next));
  expect(check.warnings).toHaveLength(1);
  const toOne = orderOf("otel-collector", "otel.yaml", collector, "role=edge");
  expect((await warningsOf(world, toOne)).filter((one) => one.includes("filelog"))).toEqual([]);
});

test("a plan says nothing of agents that it does not change, nor of configs that ask for nothing special", async () => {
  const world = await fleetWorld();
  await agent(world, { name: "a", says: { availableComponents: components("a", ["otlp"]) } });
  const next = orderOf("otel-collector", "otel.yaml", collector);
  await rollOut(world, next);
  expect(await warningsOf(world, orderOf("otel-collector", "otel.yaml", collector))).toEqual([]);
  expect(await warningsOf(world, orderOf("file", "otel.yaml", `${collector}\n`))).toEqual([]);
  expect(
    await warningsOf(world, orderOf("otel-collector", "otel.yaml", collector.replaceAll("filelog", "otlp"))),
  ).toEqual([]);
});

const installed = (packages: Record<string, string>): NonNullable<AgentMessage["packageStatuses"]> => ({
  packages: Object.fromEntries(
    Object.entries(packages).map(([name, agentHasVersion]) => [
      name,
      { name, agentHasVersion, status: PackageStatusEnum.PackageStatusEnum_Installed },
    ]),
  ),
});

test("a directive of a later version is told by the program's own, not by that of an agent of ours", async () => {
  const world = await fleetWorld();
  const nginx = "events {}\nhttp {\n    http2 on;\n}\n";
  const next = orderOf("nginx", "nginx.conf", nginx);
  await agent(world, { name: "unknown", own: true, version: "0.1.0" });
  expect(await warningsOf(world, next)).toEqual([]);
  const packages = (nginxVersion: string) => installed({ "muster-agent": "0.1.0", nginx: nginxVersion });
  await agent(world, {
    name: "new",
    own: true,
    version: "0.1.0",
    says: { packageStatuses: packages("1.26.3") },
  });
  expect(await warningsOf(world, next)).toEqual([]);
  await agent(world, {
    name: "old",
    own: true,
    version: "0.1.0",
    says: { packageStatuses: packages("1.22.1") },
  });
  expect(await warningsOf(world, next)).toEqual([
    'edge v1 (nginx.conf), line 3: "http2" is known from nginx 1.25.1 on; agents of this fleet run 1.22.1. Agent: old.',
  ]);
  const { versions } = value(await world.stub.fleetComponents(world.scope, {}));
  expect(versions).toEqual([
    { version: "1.22.1", agents: 1 },
    { version: "1.26.3", agents: 1 },
  ]);
});
