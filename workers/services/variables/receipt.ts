import type { VariableRow } from "../../../db/queries/inputs.ts";
import type { EnvironmentRow } from "../../../db/queries/projects.ts";
import type { Receipt } from "../../../protocol/api/shared.ts";
import type { AuditNote } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { placeOptions, placeText } from "../inputs/place.ts";
import { makeReceipt } from "../receipts.ts";
import { shellWord } from "../shell.ts";
import { placeOfRow, variableView } from "./view.ts";

type Action = "variable.create" | "variable.update" | "variable.delete";

/** Of what is compared and told: its place never changes. */
function told(row: VariableRow | null) {
  if (!row) return null;
  const { name, fleet, selector, type, value, description } = variableView(row);
  return { name, fleet, selector, type, value, description };
}

export function changesOf(before: VariableRow | null, after: VariableRow | null): Receipt["changes"] {
  const [was, is] = [told(before), told(after)];
  if (!was || !is) return [{ path: "variable", before: was, after: is }];
  return (["type", "value", "description"] as const)
    .filter((field) => JSON.stringify(was[field]) !== JSON.stringify(is[field]))
    .map((field) => ({ path: `variable.${field}`, before: was[field], after: is[field] }));
}

const verbs: Record<Action, string> = {
  "variable.create": "set",
  "variable.update": "changed",
  "variable.delete": "deleted",
};

export function noteOf(
  action: Action,
  environment: EnvironmentRow,
  before: VariableRow | null,
  after: VariableRow | null,
): AuditNote {
  const row = after ?? before;
  if (!row) throw new Error("a change of a variable has a row before or after");
  return {
    action,
    target: row.id,
    summary: `${verbs[action]} variable ${row.name} of environment ${environment.slug} for ${placeText(placeOfRow(row))}`,
    changes: changesOf(before, after),
  };
}

const valueWord = ({ value }: VariableRow): string => shellWord(value);

/** The command that sets the row as it is here. */
function setCommand(environment: EnvironmentRow, row: VariableRow): string {
  const place = placeOptions(environment, placeOfRow(row));
  return `muster variables set ${row.name} ${valueWord(row)} --type ${row.type} ${place}`;
}

export function changeReceipt(
  ctx: Context,
  kind: Action,
  environment: EnvironmentRow,
  before: VariableRow | null,
  after: VariableRow | null,
): Receipt {
  const row = after ?? before;
  if (!row) throw new Error("a change of a variable has a row before or after");
  const changes = changesOf(before, after);
  const place = placeOfRow(row);
  const whom = placeText(place);
  const summary =
    after === null
      ? `${row.name} is no longer set for ${whom}.`
      : changes.length === 0
        ? `${row.name} was so already for ${whom}; nothing has changed.`
        : `${row.name} is set for ${whom}.`;
  const href = after === null ? `/v1/environments/${environment.id}/variables` : `/v1/variables/${row.id}`;
  return makeReceipt(ctx, {
    kind,
    ids: { variable: row.id, environment: environment.id, organization: row.organizationId },
    summary: `${summary}${changes.length > 0 ? " Agents keep what they run until a rollout takes it." : ""}`,
    changes,
    next:
      changes.length === 0
        ? []
        : [
            {
              label: "See which agents it would change",
              command: `muster variables impact ${row.name} --environment ${environment.slug}`,
              ...(after && { href: `${href}/impact` }),
            },
            { label: "Roll it out", command: "muster deploy --refresh-inputs --fleet <fleet>" },
          ],
    undo:
      changes.length === 0
        ? null
        : {
            command: before
              ? setCommand(environment, before)
              : `muster variables unset ${row.name} ${placeOptions(environment, place)} --yes`,
            href,
          },
  });
}
