import type { EnvironmentRow } from "../../../db/queries/projects.ts";
import { type FieldError, refuse } from "../../../domain/errors.ts";
import type { Policy } from "../../../domain/rollouts/policy.ts";

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
export function refuseImpossible({ windows, freezes }: Windows): void {
  const faults: FieldError[] = [
    ...windows.flatMap(({ timeZone }, i) =>
      isTimeZone(timeZone)
        ? []
        : [
            {
              path: `windows[${i}].timeZone`,
              message: `there is no time zone "${timeZone}"; use an IANA name such as Europe/Berlin`,
            },
          ],
    ),
    ...freezes.flatMap(({ from, until }, i) =>
      Date.parse(until) > Date.parse(from)
        ? []
        : [{ path: `freezes[${i}].until`, message: "must be later than `from`" }],
    ),
  ];
  const [first] = faults;
  if (first)
    refuse("validation_failed", `The change is not possible: ${first.path} ${first.message}.`, faults);
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
