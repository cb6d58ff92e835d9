import type { EnvironmentRow } from "../../../db/queries/projects.ts";
import { refuse } from "../../../domain/errors.ts";
import type { Policy } from "../../../domain/rollouts/policy.ts";
import { checkFreezes, checkWindows } from "../../../domain/rollouts/schedule/validate.ts";

type Windows = Pick<EnvironmentRow, "windows" | "freezes">;

/** As the rules and the fleets' objects take it. */
export const policyOf = (row: Windows & Pick<EnvironmentRow, "protected">): Policy => ({
  protected: row.protected,
  windows: row.windows,
  freezes: row.freezes.map(({ from, until, reason }) => ({
    fromMs: Date.parse(from),
    untilMs: Date.parse(until),
    reason,
  })),
});

/** Refuses what the schema cannot see: time zones that do not exist, freezes that end before they begin. */
export function refuseImpossible(row: Windows): void {
  const { windows, freezes } = policyOf({ ...row, protected: false });
  const faults = [...checkWindows(windows, "windows"), ...checkFreezes(freezes, "freezes")];
  const [first] = faults;
  if (first)
    refuse("validation_failed", `The change is not possible: ${first.path}: ${first.message}.`, faults);
}
