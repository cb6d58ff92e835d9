import { z } from "zod";
import { formatSelector, parseSelector, SelectorError } from "../../../domain/fleets/selector.ts";
import { type FleetId, isId } from "../../../domain/ids.ts";
import type { Environment } from "../../../protocol/api/projects.ts";
import type { Cli } from "../../cli.ts";
import { Failure } from "../../exit-codes.ts";
import { collect } from "../../listing.ts";
import { onlyOne, pick } from "../../scope.ts";
import { option, text } from "../../spec.ts";
import { fleetsOf } from "../fleets/find.ts";
import { findEnvironment } from "./find.ts";

export const environmentOption = option(
  "--environment <environment>",
  "Id, slug or name; may be left out where the project has one",
  text.optional(),
  "environment",
);

/** Where a row of a variable or secret counts. */
export const placeOptions = {
  environment: environmentOption,
  inFleet: option("--in-fleet <fleet>", "Only in this fleet of the environment", text.optional(), "fleet"),
  selector: option(
    "--selector <selector>",
    "Only for agents with these labels, such as region=eu",
    z.string().optional(),
  ),
};

export async function chosenEnvironment(cli: Cli, wanted: string | undefined): Promise<Environment> {
  if (wanted !== undefined) return findEnvironment(cli, wanted);
  const { id } = await cli.scope.project();
  const { items } = await collect(await cli.client(), "GET /v1/projects/{project}/environments", {
    path: { project: id },
    query: { limit: 1000 },
  });
  return onlyOne("environment", items, "muster environments create <name>");
}

/** A fleet of the environment, by id, slug or name. */
export async function findFleetIn(cli: Cli, environment: Environment, wanted: string): Promise<FleetId> {
  if (isId("fleet", wanted)) return wanted;
  const all = await fleetsOf(cli, environment.projectId);
  const own = all.filter(({ environmentId }) => environmentId === environment.id);
  return pick("fleet", wanted, own, `muster fleets create <name> --environment ${environment.slug}`)
    .id as FleetId;
}

export interface Place {
  environment: Environment;
  fleet: FleetId | null;
  /** In its one written form, as the server keeps it. */
  selector: string;
}

export async function readPlace(
  cli: Cli,
  given: { environment?: string | undefined; inFleet?: string | undefined; selector?: string | undefined },
): Promise<Place> {
  const selector = writtenSelector(given.selector ?? "");
  const environment = await chosenEnvironment(cli, given.environment);
  const fleet = given.inFleet === undefined ? null : await findFleetIn(cli, environment, given.inFleet);
  return { environment, fleet, selector };
}

function writtenSelector(given: string): string {
  try {
    return formatSelector(parseSelector(given));
  } catch (error) {
    if (error instanceof SelectorError) throw new Failure("usage", error.message);
    throw error;
  }
}
