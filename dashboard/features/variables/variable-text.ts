import type { Variable } from "../../../protocol/api/variables.ts";

export const levelTexts: Record<Variable["level"], string> = {
  fleet_labels: "agents of a fleet by their labels",
  labels: "agents by their labels",
  fleet: "a fleet",
  environment: "the environment",
};

/** The value as people write it. */
export const valueText = ({ type, value }: Pick<Variable, "type" | "value">): string =>
  type === "string" ? String(value) : JSON.stringify(value);

/** Whom a row is for; `fleetName` answers a fleet's name by its id. */
export function whom(
  { fleet, selector }: Pick<Variable, "fleet" | "selector">,
  fleetName: (id: string) => string,
): string {
  const parts = [fleet === null ? "" : `fleet ${fleetName(fleet)}`, selector];
  return parts.filter((part) => part !== "").join(", ") || "every agent";
}

/** What was typed as the API carries it; undefined = it is not of its type. */
export function readValue(typed: string, type: Variable["type"]): unknown {
  if (type === "string") return typed;
  try {
    return JSON.parse(typed);
  } catch {
    return undefined;
  }
}
