import type { Secret } from "../../../protocol/api/secrets.ts";
import type { Cli } from "../../cli.ts";
import { Failure } from "../../exit-codes.ts";
import { collect } from "../../listing.ts";
import { clean } from "../../output.ts";
import type { Place } from "../environments/place.ts";
import { whom } from "../variables/find.ts";

/** All secrets of a name in an environment. */
export async function secretsNamed(cli: Cli, environmentId: string, name: string): Promise<Secret[]> {
  const { items } = await collect(await cli.client(), "GET /v1/environments/{environment}/secrets", {
    path: { environment: environmentId },
    query: { name, limit: 10_000 },
  });
  return items;
}

export const isAt =
  ({ fleet, selector }: Place) =>
  (one: Secret): boolean =>
    one.fleet === fleet && one.selector === selector;

/** The secret of this very place. */
export async function secretAt(cli: Cli, place: Place, name: string): Promise<Secret> {
  const all = await secretsNamed(cli, place.environment.id, name);
  const found = all.find(isAt(place));
  if (found) return found;
  const there =
    all.length === 0
      ? `See what is: muster secrets list --environment ${place.environment.slug}`
      : `It is set for: ${all.map(whom).join("; ")}. Say which with --in-fleet and --selector.`;
  throw new Failure(
    "notFound",
    `${clean(name)} is not set for ${whom(place)} in ${place.environment.slug}. ${there}`,
  );
}
