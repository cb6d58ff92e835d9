import { GuardFailed } from "../../../db/batch.ts";
import { fleetHasVersion, updateFleet } from "../../../db/queries/fleets.ts";
import { refuse } from "../../../domain/errors.ts";
import type { FleetId } from "../../../domain/ids.ts";
import type { Fleet } from "../../../protocol/api/fleets.ts";
import { commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { matchesEtag } from "../etag.ts";
import { fleetScope } from "../scope.ts";
import { fleetEtag, fleetView } from "./view.ts";

export interface UpdateFleet {
  fleet: FleetId;
  name: string;
  /** The ETag that the change was made against; without one, the newest state is meant. */
  ifMatch?: string | undefined;
}

export async function update({
  ctx,
  input,
}: {
  ctx: Context;
  input: UpdateFleet;
}): Promise<{ fleet: Fleet; etag: string }> {
  const row = await fleetScope(ctx, input.fleet, "fleet.write");
  const moved = (name: string, etag: string) =>
    refuse(
      "conflict",
      `The fleet was changed meanwhile; its ETag is now ${etag}. Read it again, then repeat.`,
      [{ path: "name", message: `is now "${name}"` }],
    );
  if (input.ifMatch && !matchesEtag(input.ifMatch, fleetEtag(row))) moved(row.name, fleetEtag(row));

  const nowMs = ctx.clock.now();
  const next = { ...row, name: input.name, version: row.version + 1, updatedAt: nowMs };
  try {
    await commit(ctx, {
      organizationId: row.organizationId,
      note: {
        action: "fleet.update",
        target: row.id,
        summary: `renamed fleet ${row.slug} from "${row.name}" to "${next.name}"`,
        changes: [{ path: "fleet.name", before: row.name, after: next.name }],
      },
      statements: [
        updateFleet(ctx.db, row.organizationId, row.id, {
          name: next.name,
          version: next.version,
          updatedAt: nowMs,
        }),
      ],
      guards: [{ name: "version", holds: fleetHasVersion(row.organizationId, row.id, row.version) }],
    });
  } catch (error) {
    if (!(error instanceof GuardFailed)) throw error;
    const now = await fleetScope(ctx, input.fleet, "fleet.write");
    moved(now.name, fleetEtag(now));
  }
  return { fleet: fleetView(next), etag: fleetEtag(next) };
}
