import { isId } from "../../../domain/ids.ts";
import type { Release } from "../../../protocol/api/rollouts.ts";
import type { Cli } from "../../cli.ts";
import { Failure } from "../../exit-codes.ts";
import { collect } from "../../listing.ts";

/** By id, or by number in the chosen fleet. */
export async function findRelease(cli: Cli, wanted: string): Promise<Release> {
  const client = await cli.client();
  if (isId("release", wanted))
    return client.call("GET /v1/releases/{release}", { path: { release: wanted } });
  if (!/^[1-9]\d*$/.test(wanted)) {
    throw new Failure("usage", `"${wanted}" is not a release. Use its number or its id.`);
  }
  const fleet = await cli.scope.fleet();
  const { items } = await collect(client, "GET /v1/fleets/{fleet}/releases", {
    path: { fleet: fleet.id },
    query: { limit: 10_000 },
  });
  const found = items.find((item) => item.number === Number(wanted));
  if (found) return found;
  throw new Failure("notFound", `Fleet ${fleet.slug} has no release ${wanted}. See: muster releases list`);
}
