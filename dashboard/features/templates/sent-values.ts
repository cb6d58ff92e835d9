import type { ConfigTemplate } from "../../../protocol/api/templates.ts";

/**
 * What an update is asked for with. What is not sent keeps the config's value, so a field that was emptied sends the
 * default, or nothing at all as its value; one that is new and without a default stays out, and is asked for by name.
 */
export function sentValues(
  { origin, parameters }: Pick<ConfigTemplate, "origin" | "parameters">,
  values: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    parameters.flatMap(({ name, default: byDefault }) => {
      const value = values[name] ?? byDefault ?? (Object.hasOwn(origin.parameters, name) ? "" : null);
      return value === null ? [] : [[name, value]];
    }),
  );
}
