import type { Variable } from "../../../protocol/api/variables.ts";
import type { Cli } from "../../cli.ts";
import { Failure } from "../../exit-codes.ts";
import { collect } from "../../listing.ts";
import { clean } from "../../output.ts";
import type { Place } from "../environments/place.ts";
import { fleetsOf } from "../fleets/find.ts";

/** All rows of a name in an environment. */
export async function rowsNamed(cli: Cli, environmentId: string, name: string): Promise<Variable[]> {
  const { items } = await collect(await cli.client(), "GET /v1/environments/{environment}/variables", {
    path: { environment: environmentId },
    query: { name, limit: 10_000 },
  });
  return items;
}

export const isAt =
  ({ fleet, selector }: Place) =>
  (row: Variable): boolean =>
    row.fleet === fleet && row.selector === selector;

type Whom = Pick<Place, "fleet" | "selector">;

const inWords = ({ fleet, selector }: Whom, nameOf: (fleet: string) => string): string =>
  [fleet === null ? "" : `fleet ${nameOf(fleet)}`, selector === "" ? "" : clean(selector)]
    .filter((part) => part !== "")
    .join(", ") || "everybody";

/** Whom a row is for, in words. */
export const whom = (row: Whom): string => inWords(row, (fleet) => fleet);

/** As `whom`, with the fleets by their slugs. */
export async function whomBySlug(
  cli: Cli,
  projectId: string,
  rows: readonly Pick<Place, "fleet">[],
): Promise<(row: Whom) => string> {
  if (rows.every(({ fleet }) => fleet === null)) return whom;
  const slugs = new Map<string, string>((await fleetsOf(cli, projectId)).map(({ id, slug }) => [id, slug]));
  return (row) => inWords(row, (fleet) => slugs.get(fleet) ?? fleet);
}

/** The row of this very place. */
export async function rowAt(cli: Cli, place: Place, name: string): Promise<Variable> {
  const rows = await rowsNamed(cli, place.environment.id, name);
  const found = rows.find(isAt(place));
  if (found) return found;
  const there =
    rows.length === 0
      ? `See what is: muster variables list --environment ${place.environment.slug}`
      : `It is set for: ${rows.map(whom).join("; ")}. Say which with --in-fleet and --selector.`;
  throw new Failure(
    "notFound",
    `${clean(name)} is not set for ${whom(place)} in ${place.environment.slug}. ${there}`,
  );
}
