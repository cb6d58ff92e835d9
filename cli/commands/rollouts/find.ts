import { isId } from "../../../domain/ids.ts";
import { fleetDetail } from "../../../protocol/api/fleets.ts";
import { rollout } from "../../../protocol/api/rollouts.ts";
import type { Cli } from "../../cli.ts";
import { path } from "../../client.ts";
import { Failure } from "../../exit-codes.ts";
import { collect } from "../../listing.ts";

/** A rollout's id; left out, the fleet's active one, or (when `past`) its last. */
export async function findRolloutId(cli: Cli, wanted: string | undefined, past: boolean): Promise<string> {
  if (wanted !== undefined) {
    if (isId("rollout", wanted)) return wanted;
    throw new Failure("usage", `"${wanted}" is not a rollout's id (rol_…). See: muster rollouts list`);
  }
  const client = await cli.client();
  const fleet = await cli.scope.fleet();
  const { activeRolloutId } = await client.get(path`/v1/fleets/${fleet.id}`, fleetDetail);
  if (activeRolloutId !== null) return activeRolloutId;
  if (past) {
    const list = await collect(client, path`/v1/fleets/${fleet.id}/rollouts`, rollout, { limit: 1 });
    if (list.items[0]) return list.items[0].id;
  }
  throw new Failure(
    "notFound",
    past
      ? `Fleet ${fleet.slug} has no rollouts yet. Start one: muster deploy --config <name>`
      : `No rollout is active in fleet ${fleet.slug}. See: muster rollouts list`,
  );
}
