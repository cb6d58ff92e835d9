import type { FleetRow } from "../../../db/queries/fleets.ts";
import { findVariables, type VariableRow } from "../../../db/queries/inputs.ts";
import { findRelease } from "../../../db/queries/rollouts.ts";
import { inputsOfVersions, listVariableNames } from "../../../db/queries/variables.ts";
import { chooser, InputConflictError, levelOf } from "../../../domain/configs/inputs/values.ts";
import type { Labels } from "../../../domain/fleets/agent-state.ts";
import { matchSelector, parseSelector } from "../../../domain/fleets/selector.ts";
import type { AgentVariable } from "../../../protocol/api/variables.ts";
import type { Context } from "../context.ts";
import { pageOf, readCursor } from "../cursor.ts";
import { askFleet } from "../fleets/ask.ts";
import type { ListInput } from "../list-input.ts";
import { organizationScope, placeOf } from "../scope.ts";
import { placeOfRow, variableView } from "../variables/view.ts";
import { type AgentInput, askAgent } from "./locate.ts";

/** By name. */
export async function listVariables({ ctx, input }: { ctx: Context; input: ListInput & AgentInput }) {
  const { agent } = input;
  const { value, fleet } = await askAgent(ctx, { agent }, "agent.read", (stub, scope) =>
    stub.getAgent(scope, agent),
  );
  organizationScope(ctx, fleet.organizationId, "variable.read", placeOf(fleet));
  const { organizationId, environmentId, id: fleetId } = fleet;
  const after = readCursor(input.cursor, (place) => (typeof place === "string" ? place : null));
  const names = await listVariableNames(ctx.db, organizationId, environmentId, fleetId, {
    limit: input.limit,
    ...(after !== undefined && { after }),
  });
  const [rows, named] = await Promise.all([
    findVariables(ctx.db, organizationId, environmentId, fleetId, names.rows),
    namedBy(ctx, fleet, value.labels),
  ]);
  const view = viewer(rows, value.labels, named);
  return pageOf(names, view, (name) => JSON.stringify(name));
}

/** `var:NAME` of what the current release gives the agent. The fleet says which it is: the note of it here comes later. */
async function namedBy(ctx: Context, fleet: FleetRow, labels: Labels): Promise<ReadonlySet<string>> {
  const { currentReleaseId } = await askFleet(ctx, fleet, (stub, scope) => stub.summary(scope));
  if (currentReleaseId === null) return new Set();
  const release = await findRelease(ctx.db, [fleet.organizationId], currentReleaseId);
  const ids = (release?.assignments ?? [])
    .filter(({ selector }) => matchSelector(parseSelector(selector), labels))
    .map(({ versionId }) => versionId);
  const versions = await inputsOfVersions(ctx.db, fleet.organizationId, [...new Set(ids)]);
  return new Set(versions.flatMap(({ inputs }) => inputs));
}

function viewer(
  rows: readonly VariableRow[],
  labels: Labels,
  named: ReadonlySet<string>,
): (name: string) => AgentVariable {
  const placed = rows.map((row) => ({ row, id: row.id, name: row.name, ...placeOfRow(row) }));
  const choose = chooser(placed);
  return (name) => {
    const shown = {
      name,
      named: named.has(`var:${name}`),
      rows: placed
        .filter((one) => one.name === name)
        .map(({ id, fleet, selector }) => ({
          id,
          level: levelOf({ fleet, selector }),
          selector,
          matches: matchSelector(parseSelector(selector), labels),
        })),
    };
    try {
      const chosen = choose(name, labels);
      const problem = chosen ? null : "Every row is for agents with other labels.";
      return { ...shown, chosen: chosen && variableView(chosen.row), problem };
    } catch (error) {
      if (!(error instanceof InputConflictError)) throw error;
      return { ...shown, chosen: null, problem: error.refusal.detail };
    }
  };
}
