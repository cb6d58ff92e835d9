import { isDeepStrictEqual } from "node:util";
import { GuardFailed } from "../../../db/batch.ts";
import {
  type FleetSettingName,
  fleetSettingNames,
  fleetSettings,
  type RevisionColumn,
} from "../../../db/queries/fleet-settings.ts";
import { type FleetRow, fleetHasVersion, updateFleet } from "../../../db/queries/fleets.ts";
import { type FieldError, refuse } from "../../../domain/errors.ts";
import type { Receipt } from "../../../protocol/api/shared.ts";
import { commit } from "../audit/commit.ts";
import { differences } from "../changes.ts";
import type { Context } from "../context.ts";
import { matchesEtag } from "../etag.ts";
import { fleetScope } from "../scope.ts";
import { tellSettings } from "./tell-settings.ts";
import { fleetEtag } from "./view.ts";

export interface FleetEdit {
  /** What people say of the fleet; what is left out stays. */
  values: Partial<Pick<FleetRow, "name" | FleetSettingName>>;
  /** The ETag that the change was made against; without one, the newest state is meant. */
  ifMatch: string | undefined;
  action: string;
  summary: (changed: FleetRow, changes: Receipt["changes"]) => string;
  /** What it is now, for whom somebody was faster than. */
  standing: (now: FleetRow) => FieldError[];
}

/**
 * Changes a fleet that the caller may change: writes it with its audit row, unless it was changed meanwhile, and tells
 * the fleet's object what it has to know of it.
 */
export async function changeFleet(
  ctx: Context,
  row: FleetRow,
  { values, ifMatch, action, summary, standing }: FleetEdit,
): Promise<{ fleet: FleetRow; changes: Receipt["changes"]; summary: string }> {
  if (ifMatch && !matchesEtag(ifMatch, fleetEtag(row))) moved(row, standing);
  const changed = changedIn(row, values);
  const change = {
    ...values,
    ...risen(row, changed),
    version: row.version + 1,
    updatedAt: ctx.clock.now(),
  };
  const next: FleetRow = { ...row, ...change };
  const changes = differences("fleet", row, next, changed);
  const text = summary(next, changes);
  try {
    await commit(ctx, {
      organizationId: row.organizationId,
      note: { action, target: row.id, summary: text, changes },
      statements: [updateFleet(ctx.db, row.organizationId, row.id, change)],
      guards: [{ name: "version", holds: fleetHasVersion(row.organizationId, row.id, row.version) }],
    });
  } catch (error) {
    if (!(error instanceof GuardFailed)) throw error;
    moved(await fleetScope(ctx, row.id, "fleet.write"), standing);
  }
  return { fleet: await tellSettings(ctx, next), changes, summary: text };
}

const fields = ["name", ...fleetSettingNames] as const;
type Field = (typeof fields)[number];

const changedIn = (row: FleetRow, values: FleetEdit["values"]): Field[] =>
  fields.filter((field) => values[field] !== undefined && !isDeepStrictEqual(values[field], row[field]));

/** The next revisions of those that the object is told of. */
function risen(row: FleetRow, changed: readonly Field[]): Partial<Record<RevisionColumn, number>> {
  return Object.fromEntries(
    changed.flatMap((field) => {
      if (field === "name") return [];
      const { revision } = fleetSettings[field];
      return [[revision, row[revision] + 1]];
    }),
  );
}

function moved(now: FleetRow, standing: FleetEdit["standing"]): never {
  return refuse(
    "conflict",
    `The fleet was changed meanwhile; its ETag is now ${fleetEtag(now)}. Read it again, then repeat.`,
    standing(now),
  );
}
