import type { EnvironmentRow } from "../../../db/queries/projects.ts";
import type { MaintenanceWindow } from "../../../domain/rollouts/policy.ts";
import type { Receipt } from "../../../protocol/api/shared.ts";
import type { Context } from "../context.ts";
import { makeReceipt } from "../receipts.ts";

export const fields = ["name", "protected", "windows", "freezes"] as const;
type Field = (typeof fields)[number];

/** One field as it was and as it is. */
export interface Change {
  path: Field;
  before: unknown;
  after: unknown;
}

export function changeReceipt(
  ctx: Context,
  before: EnvironmentRow,
  after: EnvironmentRow,
  changes: readonly Change[],
): Receipt {
  const href = `/v1/environments/${after.id}`;
  const changed = new Set(changes.map(({ path }) => path));
  const warnings = [
    ...(changed.has("protected") && after.protected
      ? ["Rollouts that were asked for before go on without an approval; new ones need another person's."]
      : []),
    ...(changed.has("windows") || changed.has("freezes")
      ? ["Rollouts that have not ended heed the windows and freezes from now on."]
      : []),
  ];
  return makeReceipt(ctx, {
    kind: "environment.update",
    ids: { environment: after.id, project: after.projectId },
    summary:
      changes.length === 0
        ? `Environment ${after.slug} was so already; nothing has changed.`
        : `Environment ${after.slug} has changed: ${[...changed].join(", ")}.`,
    warnings,
    changes: changes.map((one) => ({
      path: `environment.${one.path}`,
      before: one.before,
      after: one.after,
    })),
    next: [{ label: "See the environment", command: `muster environments get ${after.slug}`, href }],
    undo: changes.length === 0 ? null : { command: wayBack(before, after, changed), href },
  });
}

/** The commands that make the environment what it was. */
function wayBack(before: EnvironmentRow, after: EnvironmentRow, changed: ReadonlySet<Field>): string {
  const options = [
    ...(changed.has("name") ? [`--name ${quoted(before.name)}`] : []),
    ...(changed.has("protected") ? [before.protected ? "--protected" : "--unprotected"] : []),
    ...(changed.has("windows")
      ? before.windows.length === 0
        ? ["--any-time"]
        : before.windows.map((window) => `--window ${quoted(windowText(window))}`)
      : []),
  ];
  const freezes = changed.has("freezes")
    ? [
        ...(after.freezes.length === 0 ? [] : [`muster environments unfreeze ${after.slug} --all`]),
        ...before.freezes.map(
          ({ from, until, reason }) =>
            `muster environments freeze ${after.slug} --from ${from} --until ${until} --reason ${quoted(reason)}`,
        ),
      ]
    : [];
  return [
    ...(options.length === 0 ? [] : [`muster environments update ${after.slug} ${options.join(" ")}`]),
    ...freezes,
  ].join(" && ");
}

const windowText = ({ days, from, to, timeZone }: MaintenanceWindow) =>
  `${days.join(",")} ${from}-${to} ${timeZone}`;
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
