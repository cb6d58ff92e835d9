import type { FleetRow } from "../../../db/queries/fleets.ts";
import type { DriftPolicy } from "../../../domain/fleets/drift.ts";
import type { FleetId } from "../../../domain/ids.ts";
import type { Place } from "../../../domain/tenancy/access.ts";
import type { Permission } from "../../../domain/tenancy/permissions.ts";
import type { Fleet } from "../../../protocol/api/fleets.ts";
import type { Context } from "../context.ts";
import { fleetScope, organizationScope, placeOf } from "../scope.ts";
import { changeFleet } from "./change.ts";
import { fleetEtag, fleetView } from "./view.ts";

export interface UpdateFleet {
  fleet: FleetId;
  name?: string | undefined;
  driftPolicy?: DriftPolicy | undefined;
  /** null = nobody is told of agents that are away. */
  offlineAfterSeconds?: number | null | undefined;
  /** The ETag that the change was made against; without one, the newest state is meant. */
  ifMatch?: string | undefined;
}

const fields = ["name", "driftPolicy", "offlineAfterSeconds"] as const;

/** What the fleet will do by itself is allowed to it by who says so, each where it happens: configs are the project's. */
function mayLetItDo(policy: DriftPolicy, fleet: FleetRow): [Permission, Place][] {
  if (policy === "tell") return [];
  const rollout: [Permission, Place] = ["rollout.write", placeOf(fleet)];
  return policy === "reapply" ? [rollout] : [rollout, ["config.write", { projectId: fleet.projectId }]];
}

export async function update({
  ctx,
  input,
}: {
  ctx: Context;
  input: UpdateFleet;
}): Promise<{ fleet: Fleet; etag: string }> {
  const row = await fleetScope(ctx, input.fleet, "fleet.write");
  for (const [permission, place] of mayLetItDo(input.driftPolicy ?? "tell", row)) {
    organizationScope(ctx, row.organizationId, permission, place);
  }
  const { fleet } = await changeFleet(ctx, row, {
    values: {
      name: input.name ?? row.name,
      driftPolicy: input.driftPolicy ?? row.driftPolicy,
      offlineAfterSeconds:
        input.offlineAfterSeconds === undefined ? row.offlineAfterSeconds : input.offlineAfterSeconds,
    },
    ifMatch: input.ifMatch,
    action: "fleet.update",
    summary: (_, changes) => {
      const texts = changes.map(
        ({ path, before, after }) => `${path.slice(6)} from "${before}" to "${after}"`,
      );
      return changes.length === 0
        ? `left fleet ${row.slug} as it was`
        : `changed fleet ${row.slug}: ${texts.join(", ")}`;
    },
    standing: (now) =>
      fields
        .filter((field) => input[field] !== undefined)
        .map((path) => ({ path, message: `is now "${now[path]}"` })),
  });
  return { fleet: fleetView(fleet), etag: fleetEtag(fleet) };
}
