import type { Findings } from "../findings.ts";
import { listNames, nearest } from "../suggest.ts";
import type { Found } from "./check-settings.ts";
import { lookUp, type Pipeline } from "./pipelines.ts";
import { type Defined, roles, type Sections, sectionOf } from "./sections.ts";
import { readAddress, shorten } from "./values.ts";

/** A component with what its settings name. */
export interface Link extends Found {
  component: Defined;
}

interface Whole {
  sections: Sections;
  pipelines: readonly Pipeline[] | null;
  /** Ids of the extensions that run. null = not known. */
  started: ReadonlySet<string> | null;
  links: readonly Link[];
}

/** What settings name must be there, what is defined should be used, and no two components listen on one address. */
export function checkLinks(whole: Whole, findings: Findings): void {
  const byId = new Map(whole.pipelines?.map((one) => [one.id, one]));
  for (const link of whole.links) checkReferences(link, whole, byId, findings);
  if (whole.pipelines && whole.started) warnUnused(whole.sections, findings);
  checkAddresses(whole.links, findings);
}

function checkReferences(
  { component, references }: Link,
  whole: Whole,
  byId: ReadonlyMap<string, Pipeline>,
  findings: Findings,
): void {
  for (const { role, node, path } of references) {
    const id = node.text;
    if (role === "pipeline") {
      if (whole.pipelines) checkPipeline(component, { id, at: node.at, path }, byId, findings);
      continue;
    }
    const found = lookUp(id, node.at, [role], path, whole.sections, findings);
    if (!found || role !== "extension" || !whole.started || whole.started.has(id)) continue;
    findings.add({
      code: "extension_not_started",
      message: `The extension "${shorten(id)}" is needed here and is not started.`,
      at: node.at,
      path,
      hint: `Add it to \`service.extensions\`: [${[...whole.started, id].slice(-5).map(shorten).join(", ")}].`,
    });
  }
}

function checkPipeline(
  connector: Defined,
  { id, at, path }: { id: string; at: Pipeline["at"]; path: string },
  pipelines: ReadonlyMap<string, Pipeline>,
  findings: Findings,
): void {
  const pipeline = pipelines.get(id);
  if (!pipeline) {
    findings.add({
      code: "undefined_pipeline",
      message: `There is no pipeline "${shorten(id)}".`,
      at,
      path,
      hint: () => {
        const known = [...pipelines.keys()];
        const meant = nearest(id, known);
        return `${meant ? `Did you mean \`${meant}\`? ` : ""}${known.length > 0 ? `There is: ${listNames(known)}.` : "The config has none."}`;
      },
    });
    return;
  }
  if (pipeline.receivers.some(({ component }) => component === connector)) return;
  findings.add({
    code: "pipeline_not_connected",
    message: `The pipeline "${shorten(id)}" does not begin with "${shorten(connector.id)}", so nothing can be sent there.`,
    at,
    path,
    hint: `Add "${shorten(connector.id)}" to the receivers of "${shorten(id)}".`,
  });
}

function warnUnused({ components }: Sections, findings: Findings): void {
  for (const role of roles) {
    for (const { id, used, at, path } of components[role]?.values() ?? []) {
      if (used) continue;
      findings.add({
        severity: "warning",
        code: "unused_component",
        message: `The ${role} "${shorten(id)}" is defined and not used, so it does nothing.`,
        at,
        path,
        hint:
          role === "extension"
            ? "Name it in `service.extensions`, or remove it."
            : `Name it among the ${role === "connector" ? "exporters and receivers of two pipelines" : `${sectionOf[role]} of a pipeline`}, or remove it.`,
      });
    }
  }
}

/** A host has few addresses; comparing all pairs of a thousand would cost too much. */
const maxHosts = 50;
const everyHost = new Set(["", "0.0.0.0", "[::]"]);
const loopback = new Set(["localhost", "127.0.0.1", "[::1]"]);

function checkAddresses(links: readonly Link[], findings: Findings): void {
  const byPort = new Map<string, { host: string; id: string }[]>();
  for (const { component, listens } of links) {
    if (!component.used) continue;
    for (const { text, at, path } of listens) {
      const address = readAddress(text);
      if (!address || address.port === "0") continue;
      const host = loopback.has(address.host) ? "localhost" : address.host;
      const key = `${path.includes(".udp.") ? "udp" : "tcp"} ${address.port}`;
      const others = byPort.get(key) ?? [];
      const met = others.find((one) => one.host === host || everyHost.has(one.host) || everyHost.has(host));
      if (met) {
        findings.add({
          code: "address_in_use",
          message: `"${shorten(component.id)}" listens on ${shorten(text)}, and so does "${shorten(met.id)}".`,
          at,
          path,
          hint: "Give one of them another port.",
        });
      } else if (others.length < maxHosts) byPort.set(key, [...others, { host, id: component.id }]);
    }
  }
}
