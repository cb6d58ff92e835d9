import type { Labels } from "../../domain/fleets/agent-state.ts";
import { labelKey } from "../../protocol/api/shared.ts";
import { labelAttributePrefix } from "../../protocol/custom/agent.ts";
import { type Attributes, attributesFrom } from "../../protocol/opamp/attributes.ts";
import { limits } from "../../protocol/opamp/limits.ts";
import type { AgentDescription, ComponentHealth } from "../../protocol/opamp/opamp_pb.js";

/** What an agent says it is, in the words the fleet keeps. */
export interface Description {
  name: string;
  type: string | null;
  version: string | null;
  /** What the agent says, without what its token gives and what people set. */
  labels: Labels;
  identifying: Attributes;
  nonIdentifying: Attributes;
}

/** Attributes that become labels under their own names. */
const labelAttributes = new Set([
  "service.name",
  "service.namespace",
  "service.version",
  "deployment.environment",
  "deployment.environment.name",
  "host.name",
  "host.arch",
  "os.type",
  "cloud.provider",
  "cloud.region",
  "cloud.availability_zone",
  "k8s.cluster.name",
  "k8s.namespace.name",
  "k8s.node.name",
]);

/** `muster.label.<key>` attributes win over the well-known ones. */
export function describe(description: AgentDescription, uid: string): Description {
  const identifying = attributesFrom(description.identifyingAttributes);
  const nonIdentifying = attributesFrom(description.nonIdentifyingAttributes);
  const said = { identifying, nonIdentifying };
  const all = { ...nonIdentifying, ...identifying };
  return {
    name: reportedName(said, uid),
    type: textOf(all, "service.name"),
    version: textOf(all, "service.version"),
    labels: reportedLabels(said),
    ...said,
  };
}

/** What an agent said of itself, as the fleet keeps it. */
export type Said = Pick<Description, "identifying" | "nonIdentifying">;

export function reportedName({ identifying, nonIdentifying }: Said, uid: string): string {
  const all = { ...nonIdentifying, ...identifying };
  return textOf(all, "service.instance.id") ?? textOf(all, "host.name") ?? uid;
}

function textOf(all: Attributes, key: string): string | null {
  const value = all[key];
  return typeof value === "string" && value !== "" ? value.slice(0, limits.attributeChars) : null;
}

export function reportedLabels({ identifying, nonIdentifying }: Said): Labels {
  const all = { ...nonIdentifying, ...identifying };
  const labels: Labels = {};
  const take = (key: string, value: unknown) => {
    if (value === null || typeof value === "object") return;
    if (Object.keys(labels).length < limits.labels && labelKey.safeParse(key).success) {
      labels[key] = String(value).slice(0, 255);
    }
  };
  for (const [key, value] of Object.entries(all)) {
    if (key.startsWith(labelAttributePrefix)) take(key.slice(labelAttributePrefix.length), value);
  }
  for (const [key, value] of Object.entries(all)) {
    if (labelAttributes.has(key) && !Object.hasOwn(labels, key)) take(key, value);
  }
  return labels;
}

export interface HealthNode {
  healthy: boolean;
  status: string;
  lastError: string;
  startTime: string | null;
  components: Record<string, HealthNode>;
}

/** The health tree without the time of the report, so that saying the same again is no change. */
export function healthTree(health: ComponentHealth, depth = 0): HealthNode {
  const components = depth >= 8 ? [] : Object.entries(health.componentHealthMap);
  return {
    healthy: health.healthy,
    status: health.status.slice(0, limits.attributeChars),
    lastError: health.lastError.slice(0, limits.errorChars),
    startTime:
      health.startTimeUnixNano === 0n || health.startTimeUnixNano > 253_402_300_799_000_000_000n
        ? null
        : new Date(Number(health.startTimeUnixNano / 1_000_000n)).toISOString(),
    components: Object.fromEntries(
      components.map(([name, child]) => [name, healthTree(child, depth + 1)] as const).sort(byName),
    ),
  };
}

const byName = (a: readonly [string, unknown], b: readonly [string, unknown]) => (a[0] < b[0] ? -1 : 1);
