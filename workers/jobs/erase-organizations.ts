import { writeUnaudited } from "../../db/batch.ts";
import { erasableTables, eraseOrganization, eraseRows } from "../../db/queries/erasure.ts";
import { fleetNames } from "../../db/queries/fleets.ts";
import { deletedOrganizations } from "../../db/queries/system.ts";
import type { OrganizationId } from "../../domain/ids.ts";
import type { Platform } from "../services/context.ts";
import { tryFleet } from "../services/fleets/ask.ts";
import { tellFleets } from "../services/organizations/tell-fleets.ts";
import { graceMs } from "../services/organizations/view.ts";

const organizationsAtOnce = 20;
const fleetsAtOnce = 20;
const rowsAtOnce = 1_000;
/** A run ends after so many batches, so that one large organization keeps no other task waiting; the next goes on. */
const batchesAtOnce = 100;

/** A restore that was asked for within the grace has been written by then. */
const settledMs = 10 * 60_000;

/** Erases what has been deleted for longer than the grace. What cannot be finished is met again at the next run. */
export async function eraseOrganizations(platform: Platform): Promise<void> {
  const before = platform.clock.now() - graceMs - settledMs;
  for await (const id of deleted(platform, { before })) {
    try {
      await erase(platform, id);
    } catch (error) {
      platform.log.error("an organization was not erased", { organizationId: id }, error);
    }
  }
}

/** Fleets that could not be told when their organization was deleted. Those that were told hear it again for free. */
export async function closeDeleted(platform: Platform): Promise<void> {
  const after = platform.clock.now() - graceMs;
  for await (const id of deleted(platform, { after })) await tellFleets(platform, id);
}

async function* deleted(
  { db }: Platform,
  span: Parameters<typeof deletedOrganizations>[1],
): AsyncGenerator<OrganizationId> {
  let past: OrganizationId | null = null;
  for (;;) {
    const page = { limit: organizationsAtOnce, past };
    const rows: Awaited<ReturnType<typeof deletedOrganizations>> = await deletedOrganizations(db, span, page);
    for (const { id } of rows) yield id;
    const last = rows.at(-1);
    if (!last || rows.length < organizationsAtOnce) return;
    past = last.id;
  }
}

async function erase(platform: Platform, organizationId: OrganizationId): Promise<void> {
  const { db } = platform;
  if (!(await eraseFleets(platform, organizationId))) return;
  const write = (statements: Parameters<typeof writeUnaudited>[2]) =>
    writeUnaudited(db, "removal of what has expired", statements);
  let left = batchesAtOnce;
  for (const table of erasableTables()) {
    for (let changed = rowsAtOnce; changed === rowsAtOnce; left--) {
      if (left === 0) return;
      [changed = 0] = await write([eraseRows(organizationId, table, rowsAtOnce)]);
    }
  }
  await write(eraseOrganization(db, organizationId));
}

/** The objects first: once the rows are gone, nobody knows of them. */
async function eraseFleets(platform: Platform, organizationId: OrganizationId): Promise<boolean> {
  const fleets = await fleetNames(platform.db, organizationId);
  let all = true;
  for (let at = 0; at < fleets.length; at += fleetsAtOnce) {
    const outcomes = await Promise.all(
      fleets
        .slice(at, at + fleetsAtOnce)
        .map(({ id }) => tryFleet(platform, { id, organizationId }, (stub, scope) => stub.erase(scope))),
    );
    all &&= outcomes.every(({ ok }) => ok);
  }
  return all;
}
