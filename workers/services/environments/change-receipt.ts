import type { EnvironmentRow } from "../../../db/queries/projects.ts";
import { timeText, windowText } from "../../../domain/rollouts/schedule/closed.ts";
import type { Receipt } from "../../../protocol/api/shared.ts";
import type { Context } from "../context.ts";
import { makeReceipt } from "../receipts.ts";
import { shellWord } from "../shell.ts";

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
  const command = wayBack(before, after, changed, ctx.clock.now());
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
    undo: command === "" ? null : { command, href },
  });
}

/** The commands that make the environment what it was, if any are needed: a freeze that is over needs no way back. */
function wayBack(
  before: EnvironmentRow,
  after: EnvironmentRow,
  changed: ReadonlySet<Field>,
  nowMs: number,
): string {
  const ahead = ({ freezes }: EnvironmentRow) => freezes.filter(({ until }) => Date.parse(until) > nowMs);
  const options = [
    ...(changed.has("name") ? [`--name ${shellWord(before.name)}`] : []),
    ...(changed.has("protected") ? [before.protected ? "--protected" : "--unprotected"] : []),
    ...(changed.has("windows")
      ? before.windows.length === 0
        ? ["--any-time"]
        : before.windows.map((window) => `--window ${shellWord(windowText(window))}`)
      : []),
  ];
  const freezes = changed.has("freezes")
    ? [
        ...(ahead(after).length === 0 ? [] : [`muster environments unfreeze ${after.slug} --all`]),
        ...ahead(before).map(
          ({ from, until, reason }) =>
            `muster environments freeze ${after.slug} --from ${shown(from)} --until ${shown(until)} --reason ${shellWord(reason)}`,
        ),
      ]
    : [];
  return [
    ...(options.length === 0 ? [] : [`muster environments update ${after.slug} ${options.join(" ")}`]),
    ...freezes,
  ].join(" && ");
}

const shown = (timestamp: string) => timeText(Date.parse(timestamp));
