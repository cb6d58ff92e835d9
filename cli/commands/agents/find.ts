import { isId } from "../../../domain/ids.ts";
import type { Agent } from "../../../protocol/api/agents.ts";
import type { Cli } from "../../cli.ts";
import { Failure } from "../../exit-codes.ts";
import { collect } from "../../listing.ts";
import { pick } from "../../scope.ts";

/** The agent's id. An id is taken as it is; a name or an instance uid is looked up in the chosen fleet. */
export async function findAgent(cli: Cli, wanted: string): Promise<string> {
  if (isId("agent", wanted)) return wanted;
  const fleet = await cli.scope.fleet();
  const { items } = await collect(await cli.client(), "GET /v1/fleets/{fleet}/agents", {
    path: { fleet: fleet.id },
    query: {
      q: wanted,
      limit: 1000,
    },
  });
  const byUid = items.find((item) => item.instanceUid === wanted);
  if (items.length === 0) {
    throw new Failure(
      "notFound",
      `No agent "${wanted}" in fleet ${fleet.slug}. See: muster agents list --fleet ${fleet.slug}`,
    );
  }
  return (byUid ?? pick<Agent>("agent", wanted, items, "")).id;
}
