import type { ComponentRole } from "../facts.ts";
import type { ComponentType } from "./component.ts";
import { connectors } from "./components/connectors.ts";
import { exporters } from "./components/exporters.ts";
import { extensions } from "./components/extensions.ts";
import { processors } from "./components/processors.ts";
import { receivers } from "./components/receivers.ts";

/** Every component whose settings are known, by role. */
export const collectorComponents: readonly ComponentType[] = [
  ...receivers,
  ...processors,
  ...exporters,
  ...connectors,
  ...extensions,
];

const byName = new Map(
  collectorComponents.flatMap((component) =>
    [component.type, ...(component.aliases ?? [])].map((name) => [`${component.role} ${name}`, component]),
  ),
);

/** By its type or another name of it; null = its settings are not known. */
export function findComponent(role: ComponentRole, type: string): ComponentType | null {
  return byName.get(`${role} ${type}`) ?? null;
}

/** All names that one type has: a program knows one of them or several. */
export function namesOfType(role: ComponentRole, type: string): readonly string[] {
  const known = findComponent(role, type);
  return known ? [known.type, ...(known.aliases ?? [])] : [type];
}
