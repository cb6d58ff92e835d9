import { parse, stringify } from "yaml";

/** Where a collector sends what it says of itself, as OpAMP offers it. */
export interface TelemetryTarget {
  /** OTLP over HTTP, such as `https://otlp.example/v1/metrics`. */
  endpoint: string;
  headers: Record<string, string>;
}

export const telemetrySignals = ["metrics", "traces", "logs"] as const;
export type TelemetrySignal = (typeof telemetrySignals)[number];
export type OwnTelemetry = Partial<Record<TelemetrySignal, TelemetryTarget>>;

export interface Additions {
  /** `host:port` of the health extension; null = none is added. */
  health: string | null;
  telemetry: OwnTelemetry;
}

type Tree = Record<string, unknown>;

const healthId = "health_check/muster";

/**
 * The config that goes after the author's own: a collector merges maps and replaces lists, so that lists hold the author's
 * items too. Of a text that cannot be read it knows no lists: the collector's own check then says what is wrong with it.
 */
export function overlayOf(configText: string, { health, telemetry }: Additions): string {
  const config = readTree(configText);
  const service = treeAt(config, "service");
  const overlay: Tree = {};
  const own: Tree = {};
  if (health !== null && !answersHealth(config, health)) {
    overlay.extensions = { [healthId]: { endpoint: health } };
    own.extensions = [...listAt(service, "extensions"), healthId];
  }
  const said = Object.entries(telemetry).map(([signal, target]) => [
    signal,
    signalSettings(signal as TelemetrySignal, target, treeAt(treeAt(service, "telemetry"), signal)),
  ]);
  if (said.length > 0) own.telemetry = Object.fromEntries(said);
  if (Object.keys(own).length > 0) overlay.service = own;
  return stringify(overlay);
}

function signalSettings(signal: TelemetrySignal, { endpoint, headers }: TelemetryTarget, before: Tree): Tree {
  const exporter = {
    otlp: {
      protocol: "http/protobuf",
      endpoint,
      headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
    },
  };
  return signal === "metrics"
    ? { readers: [...listAt(before, "readers"), { periodic: { exporter } }] }
    : { processors: [...listAt(before, "processors"), { batch: { exporter } }] };
}

/** Whether the author's config starts an extension that answers there already. */
function answersHealth(config: Tree, health: string): boolean {
  const extensions = treeAt(config, "extensions");
  return listAt(treeAt(config, "service"), "extensions").some((id) => {
    if (typeof id !== "string" || !/^health_check(?:\/|$)/.test(id)) return false;
    const { endpoint = "localhost:13133" } = treeAt(extensions, id);
    return String(endpoint).replace("localhost", "127.0.0.1") === health.replace("localhost", "127.0.0.1");
  });
}

/** What a collector that was started with these texts, in this order, runs. null = one of them cannot be read. */
export function mergedConfig(texts: readonly string[]): string | null {
  try {
    return stringify(texts.map((text) => parse(text) as unknown).reduce(merge, {}));
  } catch {
    return null;
  }
}

function merge(under: unknown, over: unknown): unknown {
  if (over === null || over === undefined) return under;
  if (!isTree(under) || !isTree(over)) return over;
  const merged: Tree = { ...under };
  for (const [key, value] of Object.entries(over)) {
    merged[key] = Object.hasOwn(under, key) ? merge(under[key], value) : value;
  }
  return merged;
}

const isTree = (value: unknown): value is Tree =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function readTree(text: string): Tree {
  try {
    const read: unknown = parse(text);
    return isTree(read) ? read : {};
  } catch {
    return {};
  }
}

function treeAt(tree: Tree, key: string): Tree {
  const value = Object.hasOwn(tree, key) ? tree[key] : undefined;
  return isTree(value) ? value : {};
}

function listAt(tree: Tree, key: string): unknown[] {
  const value = Object.hasOwn(tree, key) ? tree[key] : undefined;
  return Array.isArray(value) ? value : [];
}
