import { listEnrollmentTokens } from "../../../db/queries/fleets.ts";
import type { FleetId } from "../../../domain/ids.ts";
import type { Context } from "../context.ts";
import { idCursor, pageOf } from "../cursor.ts";
import { tryFleet } from "../fleets/ask.ts";
import { enrollmentTokenView } from "../fleets/view.ts";
import type { ListInput } from "../list-input.ts";
import { fleetScope } from "../scope.ts";

export async function list({ ctx, input }: { ctx: Context; input: ListInput & { fleet: FleetId } }) {
  const fleet = await fleetScope(ctx, input.fleet, "enrollment_token.read");
  const after = idCursor("enrollmentToken", input.cursor);
  const [rows, uses] = await Promise.all([
    listEnrollmentTokens(ctx.db, fleet.organizationId, fleet.id, {
      limit: input.limit,
      ...(after && { after }),
    }),
    tryFleet(ctx, fleet, (stub, scope) => stub.tokenUses(scope)),
  ]);
  return pageOf(
    rows,
    (row) => enrollmentTokenView(row, uses.ok ? (uses.value[row.id] ?? 0) : null),
    (row) => row.id,
  );
}
