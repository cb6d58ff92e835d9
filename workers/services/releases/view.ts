import type { ReleaseRow } from "../../../db/queries/rollouts.ts";
import type { Release } from "../../../protocol/api/rollouts.ts";
import { iso } from "../time.ts";

export const releaseView = (row: ReleaseRow): Release => ({
  id: row.id,
  fleetId: row.fleetId,
  number: row.number,
  assignments: row.assignments,
  packages: row.packages,
  message: row.message,
  author: row.author,
  createdAt: iso(row.createdAt),
});
