import type { ComponentRole } from "../facts.ts";
import type { Findings } from "../findings.ts";
import { listNames, nearest } from "../suggest.ts";
import type { MapReader, Place, ScalarNode, YamlNode } from "../yaml/nodes.ts";
import { isNull, isOpen, shorten } from "./values.ts";

/** The key that a role's components stand below. */
export const sectionOf: Record<ComponentRole, string> = {
  receiver: "receivers",
  processor: "processors",
  exporter: "exporters",
  connector: "connectors",
  extension: "extensions",
};
export const roles = Object.keys(sectionOf) as ComponentRole[];

/** One component of a config, as it is defined. */
export interface Defined {
  role: ComponentRole;
  /** `type` or `type/name`. */
  id: string;
  type: string;
  at: Place;
  settings: YamlNode;
  path: string;
  used: boolean;
}

export interface Sections {
  /** By role and id. null = the section is filled in later, so every id may be there. */
  components: Record<ComponentRole, Map<string, Defined> | null>;
  service: YamlNode | undefined;
}

const topKeys = [...Object.values(sectionOf), "service"];
const componentType = /^[a-zA-Z][0-9a-zA-Z_]{0,62}$/;

/** The id's type; null = it is no id. */
export function typeOfId(id: string): string | null {
  const slash = id.indexOf("/");
  const type = (slash === -1 ? id : id.slice(0, slash)).trim();
  const name = slash === -1 ? null : id.slice(slash + 1).trim();
  return componentType.test(type) && name !== "" && (name ?? "").length <= 1024 ? type : null;
}

/** Reads the top of a config and the components that it defines. */
export function readSections(root: YamlNode, reader: MapReader, findings: Findings): Sections | null {
  if (root.kind !== "map") {
    findings.add({
      code: "wrong_type",
      message: `The config must be a map of ${listNames(topKeys)}.`,
      at: root.at,
      hint: "Begin with `receivers:`.",
    });
    return null;
  }
  for (const { key } of root.entries) {
    if (key.text === "<<" || topKeys.includes(key.text) || isOpen(key)) continue;
    findings.add({
      code: "unknown_key",
      message: `Unknown section "${shorten(key.text)}".`,
      at: key.at,
      path: key.text,
      hint: () => {
        const meant = nearest(key.text, topKeys);
        return meant ? `Did you mean \`${meant}\`?` : `Use one of: ${listNames(topKeys)}.`;
      },
    });
  }
  const components = Object.fromEntries(
    roles.map((role) => [role, readSection(role, reader.get(root, sectionOf[role]), reader, findings)]),
  ) as Sections["components"];
  for (const role of ["receiver", "exporter"] as const) {
    if (components[role]?.size !== 0) continue;
    if (role === "receiver" && components.connector?.size !== 0) continue;
    if (role === "exporter" && components.connector?.size !== 0) continue;
    findings.add({
      code: "missing_section",
      message: `The config has no ${sectionOf[role]}.`,
      at: root.at,
      path: sectionOf[role],
      hint: `Add \`${sectionOf[role]}:\` with at least one ${role}.`,
    });
  }
  return { components, service: reader.get(root, "service") };
}

function readSection(
  role: ComponentRole,
  node: YamlNode | undefined,
  reader: MapReader,
  findings: Findings,
): Map<string, Defined> | null {
  const found = new Map<string, Defined>();
  if (!node || isNull(node)) return found;
  if (isOpen(node)) return null;
  const section = sectionOf[role];
  if (node.kind !== "map") {
    findings.add({
      code: "wrong_type",
      message: `"${section}" must be a map of components.`,
      at: node.at,
      path: section,
      hint: `Write \`${role === "receiver" ? "otlp" : role === "processor" ? "batch" : "debug"}:\` below it, indented.`,
    });
    return found;
  }
  for (const { key, value } of reader.entries(node).values()) {
    if (isOpen(key)) return null;
    const type = typeOfId(key.text);
    const path = `${section}.${key.text}`;
    if (type === null) badId(key, path, findings);
    else found.set(key.text, { role, id: key.text, type, at: key.at, settings: value, path, used: false });
  }
  return found;
}

function badId(key: ScalarNode, path: string, findings: Findings): void {
  findings.add({
    code: "bad_component_id",
    message: `"${shorten(key.text)}" is not an id of a component.`,
    at: key.at,
    path,
    hint: "Write type or type/name, such as otlp or otlp/edge; types have letters, digits and `_`.",
  });
}
