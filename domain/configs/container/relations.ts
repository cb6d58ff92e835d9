import type { Findings } from "../findings.ts";
import { isUnknown } from "../inputs/placeholders.ts";
import type { Reference } from "../kind.ts";
import { listNames, nearest } from "../suggest.ts";
import type { Entry, MapNode, YamlNode } from "../yaml/nodes.ts";
import { parseImage } from "./image.ts";

const child = (node: YamlNode | undefined, key: string): YamlNode | undefined =>
  node?.kind === "map" ? node.entries.find((entry) => entry.key.text === key)?.value : undefined;

const entriesOf = (node: YamlNode | undefined, most: number): Entry[] =>
  node?.kind === "map" ? node.entries.slice(0, most) : [];

const itemsOf = (node: YamlNode | undefined, most: number): YamlNode[] =>
  node?.kind === "list" ? node.items.slice(0, most) : [];

/** null = absent, not text or a number, or not known before it is filled in. */
const wordOf = (node: YamlNode | undefined): string | null =>
  node?.kind === "scalar" && node.value !== null && !isUnknown(node.text) ? node.text : null;

const most = { names: 1000, items: 50 };

/** What holds between the manifest's parts. The shape of each part is checked elsewhere. */
export function checkRelations(root: MapNode, findings: Findings): Reference[] {
  checkTag(child(root, "image"), findings);
  checkNameTwice(root, findings);
  checkHostPorts(root, findings);
  for (const process of entriesOf(child(root, "processes"), most.items)) checkHealth(process, findings);
  return checkMounts(root, findings);
}

function checkTag(image: YamlNode | undefined, findings: Findings): void {
  const ref = child(image, "ref");
  const text = wordOf(ref);
  if (!ref || text === null) return;
  const read = parseImage(text);
  if ("fault" in read || read.tag !== null || read.digest !== null) return;
  findings.add({
    severity: "warning",
    code: "no_tag",
    message: `image.ref names no tag, which means ${text}:latest.`,
    at: ref.at,
    path: "image.ref",
    hint: "Name the tag or digest that you mean: each release takes the image that the tag stands for then.",
  });
}

/** `env` of the app and of its secrets share one environment. */
function checkNameTwice(root: MapNode, findings: Findings): void {
  const env = new Set(entriesOf(child(root, "env"), most.names).map(({ key }) => key.text));
  const files = new Set<string>();
  for (const { key, value } of entriesOf(child(root, "secrets"), most.names)) {
    const path = `secrets.${key.text}`;
    const [name, file] = [child(value, "env"), child(value, "file")];
    if (value.kind === "map" && !name === !file) {
      findings.add({
        code: name ? "one_of" : "missing_key",
        message: `${path} must say either env or file${name ? ", not both" : ""}.`,
        at: key.at,
        path,
        hint: "`env` gives it as an environment variable, `file` as a file.",
      });
    }
    const text = wordOf(child(value, "value"));
    if (text !== null) {
      findings.add({
        severity: "warning",
        code: "secret_in_text",
        message: `The value of ${path} stands in the text, for everybody to read who may read the config.`,
        at: child(value, "value")?.at ?? key.at,
        path: `${path}.value`,
        hint: `Set it as a secret of the environment, and write \${secret:NAME} here.`,
      });
    }
    for (const [node, seen, what] of [
      [name, env, "environment variable"],
      [file, files, "file"],
    ] as const) {
      const taken = wordOf(node);
      if (!node || taken === null) continue;
      if (seen.has(taken)) {
        findings.add({
          code: "duplicate_target",
          message: `The ${what} ${taken} is set twice.`,
          at: node.at,
          path: `${path}.${what === "file" ? "file" : "env"}`,
          hint: "Give one of them another name.",
        });
      }
      seen.add(taken);
    }
  }
}

function checkHostPorts(root: MapNode, findings: Findings): void {
  const taken = new Map<string, { address: string; path: string }[]>();
  for (const { key, value } of entriesOf(child(root, "processes"), most.items)) {
    const replicas = wordOf(child(value, "replicas"));
    for (const [i, item] of itemsOf(child(value, "ports"), most.items).entries()) {
      const node = child(item, "host");
      const host = wordOf(node);
      if (!node || host === null) continue;
      const path = `processes.${key.text}.ports[${i}].host`;
      if (replicas !== null && Number(replicas) > 1) {
        findings.add({
          code: "port_with_replicas",
          message: `${path} is one port of the host, and processes.${key.text} runs ${replicas} times.`,
          at: node.at,
          path,
          hint: "Leave out `host`, or run it once.",
        });
      }
      const protocol = wordOf(child(item, "protocol")) ?? "tcp";
      if (protocol === "udp") {
        findings.add({
          severity: "warning",
          code: "stopped_first",
          message: `${path} is a UDP port, which agents cannot hand over: a new container of processes.${key.text} starts when the old one has stopped.`,
          at: node.at,
          path,
          hint: "Expect a gap of a few seconds at each change, or use TCP.",
        });
      }
      const slot = `${host}/${protocol}`;
      const address = wordOf(child(item, "address")) ?? "";
      const others = taken.get(slot) ?? [];
      const met = others.find((one) => one.address === address || isAny(one.address) || isAny(address));
      if (met) {
        findings.add({
          code: "port_taken",
          message: `Port ${slot} of the host is taken by ${met.path}.`,
          at: node.at,
          path,
          hint: "Give one of them another port, or each its own address.",
        });
      }
      taken.set(slot, [...others, { address, path }]);
    }
  }
}

const isAny = (address: string): boolean => ["", "0.0.0.0", "::"].includes(address);

function checkHealth({ key, value }: Entry, findings: Findings): void {
  const health = child(value, "health");
  if (health?.kind !== "map") return;
  const ways = ["http", "tcp", "command"].filter((way) => child(health, way));
  const path = `processes.${key.text}.health`;
  if (ways.length !== 1) {
    findings.add({
      code: ways.length === 0 ? "missing_key" : "one_of",
      message: `${path} must say how to ask: http, tcp or command${ways.length === 0 ? "" : `; it says ${listNames(ways)}`}.`,
      at: health.at,
      path,
      hint: "Keep one of them.",
    });
  }
  const [interval, timeout] = ["intervalSeconds", "timeoutSeconds"].map((name) =>
    wordOf(child(health, name)),
  );
  if (interval && timeout && Number(timeout) > Number(interval)) {
    findings.add({
      severity: "warning",
      code: "timeout_over_interval",
      message: `${path} waits ${timeout} s for an answer and asks every ${interval} s.`,
      at: child(health, "timeoutSeconds")?.at ?? health.at,
      path: `${path}.timeoutSeconds`,
      hint: "Use a timeout below the interval.",
    });
  }
}

function checkMounts(root: MapNode, findings: Findings): Reference[] {
  const volumes = new Map(entriesOf(child(root, "volumes"), most.items).map(({ key }) => [key.text, key]));
  const used = new Set<string>();
  const references: Reference[] = [];
  let anyUnknown = false;
  for (const { key, value } of entriesOf(child(root, "processes"), most.items)) {
    const paths = new Set<string>();
    for (const [i, mount] of itemsOf(child(value, "mounts"), most.items).entries()) {
      const at = `processes.${key.text}.mounts[${i}]`;
      const volume = child(mount, "volume");
      const name = wordOf(volume);
      if (!volume || name === null) anyUnknown = true;
      else {
        used.add(name);
        references.push({ type: "volume", name, ...volume.at });
        if (!volumes.has(name)) {
          findings.add({
            code: "unknown_volume",
            message: `${at} names the volume "${name.slice(0, 60)}", which the manifest does not have.`,
            at: volume.at,
            path: `${at}.volume`,
            hint: () => missingVolume(name, [...volumes.keys()]),
          });
        }
      }
      const path = child(mount, "path");
      const text = wordOf(path);
      if (!path || text === null) continue;
      if (paths.has(text)) {
        findings.add({
          code: "duplicate_target",
          message: `Two mounts of processes.${key.text} have the path ${text}.`,
          at: path.at,
          path: `${at}.path`,
          hint: "Give one of them another path.",
        });
      }
      paths.add(text);
    }
  }
  for (const [name, key] of volumes) {
    if (used.has(name) || anyUnknown || isUnknown(name)) continue;
    findings.add({
      severity: "warning",
      code: "unused_volume",
      message: `No process mounts the volume ${name}.`,
      at: key.at,
      path: `volumes.${name}`,
      hint: "Add it to the mounts of a process, or remove it.",
    });
  }
  return references;
}

function missingVolume(name: string, known: string[]): string {
  const meant = nearest(name, known);
  if (meant) return `Did you mean \`${meant}\`?`;
  return known.length > 0 ? `There is ${listNames(known, 20)}.` : `Add it: volumes: {${name}: {}}.`;
}
