import { type FleetRow, findFleet } from "../../../db/queries/fleets.ts";
import type { EnvironmentRow } from "../../../db/queries/projects.ts";
import { refuse } from "../../../domain/errors.ts";
import { formatSelector, parseSelector } from "../../../domain/fleets/selector.ts";
import type { FleetId } from "../../../domain/ids.ts";
import type { Context } from "../context.ts";
import { shellWord } from "../shell.ts";

/** Where a row of a variable or secret is to count, as people say it. */
export interface AskedPlace {
  fleet: FleetId | null;
  selector: string;
}

export interface ReadPlace {
  fleet: FleetRow | null;
  /** In its one written form, so that one place has one row. */
  selector: string;
}

/**
 * Refuses a fleet of another environment as one that does not exist, and a selector that cannot be read.
 * @throws DomainError
 */
export async function readPlace(
  ctx: Context,
  environment: EnvironmentRow,
  { fleet: fleetId, selector }: AskedPlace,
): Promise<ReadPlace> {
  const written = formatSelector(parseSelector(selector));
  if (fleetId === null) return { fleet: null, selector: written };
  const fleet = await findFleet(ctx.db, [environment.organizationId], fleetId);
  if (fleet?.environmentId !== environment.id) {
    return refuse(
      "validation_failed",
      `There is no fleet ${fleetId} in environment ${environment.slug}. Name one of its own, or leave it out.`,
      [{ path: "fleet", message: "is not a fleet of this environment" }],
    );
  }
  return { fleet, selector: written };
}

/** The options of a command that names the row. */
export const placeOptions = (
  environment: Pick<EnvironmentRow, "slug">,
  { fleet, selector }: { fleet: Pick<FleetRow, "slug"> | FleetId | null; selector: string },
): string =>
  [
    `--environment ${environment.slug}`,
    fleet === null ? "" : ` --in-fleet ${typeof fleet === "string" ? fleet : fleet.slug}`,
    selector === "" ? "" : ` --selector ${shellWord(selector)}`,
  ].join("");

/** Whom the row is for, in words. */
export const placeText = ({ fleet, selector }: { fleet: unknown; selector: string }): string =>
  [
    fleet === null ? "every fleet" : "one fleet",
    selector === "" ? "every agent" : `agents with ${selector}`,
  ].join(", ");
