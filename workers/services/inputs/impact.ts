import type { FleetRow } from "../../../db/queries/fleets.ts";
import type { EnvironmentRow } from "../../../db/queries/projects.ts";
import { fleetsWithReleases } from "../../../db/queries/variables.ts";
import type { InputChange } from "../../../domain/configs/inputs/values.ts";
import { can } from "../../../domain/tenancy/access.ts";
import type { InputImpact } from "../../../protocol/api/variables.ts";
import type { SealedSecrets } from "../../../protocol/rpc/fleet.ts";
import type { Context } from "../context.ts";
import { tryFleet } from "../fleets/ask.ts";
import { organizationScope, placeOf } from "../scope.ts";

/** Each one is asked. */
const maxFleets = 200;

/**
 * Which agents of the environment would change if the input were rolled out as `changeFor` gives it to each fleet, by
 * the fleets' own preview. `secretsOf`: what the rows of a secret stand for, since only fleets can tell whether it fits.
 * Writes nothing.
 */
export async function inputImpact(
  ctx: Context,
  environment: EnvironmentRow,
  name: string,
  changeFor: (fleet: FleetRow) => InputChange,
  secretsOf?: (change: InputChange) => SealedSecrets,
): Promise<InputImpact> {
  const place = { projectId: environment.projectId, environmentId: environment.id };
  const { access } = organizationScope(ctx, environment.organizationId, "fleet.read", place);
  const running = await fleetsWithReleases(ctx.db, environment.organizationId, environment.id, maxFleets + 1);
  const asked = await Promise.all(
    running.slice(0, maxFleets).map(async (fleet) => {
      const change = changeFor(fleet);
      const outcome = await tryFleet(ctx, fleet, (stub, scope) =>
        stub.previewInputs(scope, change, secretsOf?.(change)),
      );
      const said = outcome.ok
        ? outcome.value
        : { releaseNumber: null, agents: 0, changed: 0, names: [], problem: outcome.refusal.detail };
      if (said === null) return [];
      const mayName = can(access, "agent.read", placeOf(fleet));
      return [{ fleet: fleet.id, slug: fleet.slug, ...said, names: mayName ? said.names : [] }];
    }),
  );
  const fleets = asked.flat();
  return {
    name,
    fleets,
    changed: fleets.reduce((sum, { changed }) => sum + changed, 0),
    more: running.length > maxFleets,
  };
}
