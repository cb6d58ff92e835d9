import type { FleetRow } from "../../../db/queries/fleets.ts";
import type { ReleaseId } from "../../../domain/ids.ts";
import type { AgentRender } from "../../../protocol/api/renders.ts";
import type { ReleaseBundle } from "../../../protocol/rpc/fleet.ts";
import type { Context } from "../context.ts";
import { askFleet } from "../fleets/ask.ts";
import { composeRelease, type NewRelease } from "../releases/compose.ts";
import { sealedSecrets } from "../releases/inputs.ts";
import { bundled, loadAssignments, refuseInvalid } from "../releases/resolve.ts";
import { missing, organizationScope, placeOf, releaseScope } from "../scope.ts";
import { type AgentInput, askAgent } from "./locate.ts";

export interface RenderAgent extends AgentInput {
  /** null = the current release. */
  what: { release: ReleaseId } | NewRelease | null;
}

/** What an agent would be given, and how that differs from what it has. Writes nothing. */
export async function render({ ctx, input }: { ctx: Context; input: RenderAgent }): Promise<AgentRender> {
  const { agent, what } = input;
  const { fleet } = await askAgent(ctx, input, "agent.read", (stub, scope) => stub.getAgent(scope, agent));
  const release = what && (await bundleOf(ctx, fleet, what));
  return askFleet(ctx, fleet, (stub, scope) => stub.renderAgent(scope, agent, release));
}

/** With the secrets, sealed: only the fleet can tell whether they fit. */
async function bundleOf(
  ctx: Context,
  fleet: FleetRow,
  what: NonNullable<RenderAgent["what"]>,
): Promise<ReleaseBundle> {
  if ("release" in what) {
    const release = await releaseScope(ctx, what.release, "rollout.read");
    if (release.fleetId !== fleet.id) return missing("release", what.release);
    const { id, number, packages, inputs } = release;
    const [assignments, secrets] = await Promise.all([
      loadAssignments(ctx, release),
      sealedSecrets(ctx, release),
    ]);
    return { id, number, assignments: assignments.map(bundled), packages, inputs, secrets };
  }
  // Any text can be tried out, and so any variable of the fleet be seen in it.
  organizationScope(ctx, fleet.organizationId, "variable.read", placeOf(fleet));
  const { currentReleaseId } = await askFleet(ctx, fleet, (stub, scope) => stub.summary(scope));
  const { assignments, packages, inputs } = await composeRelease(ctx, fleet, what, currentReleaseId);
  refuseInvalid(assignments);
  const id = ctx.ids.make("release");
  const secrets = await sealedSecrets(ctx, { organizationId: fleet.organizationId, inputs });
  return { id, number: 0, assignments: assignments.map(bundled), packages, inputs, secrets };
}
