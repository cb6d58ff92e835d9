import { GuardFailed } from "../../../db/batch.ts";
import { type FleetRow, fleetHasVersion, updateFleet } from "../../../db/queries/fleets.ts";
import { refuse } from "../../../domain/errors.ts";
import type { DriftPolicy } from "../../../domain/fleets/drift.ts";
import type { FleetId } from "../../../domain/ids.ts";
import type { Place } from "../../../domain/tenancy/access.ts";
import type { Permission } from "../../../domain/tenancy/permissions.ts";
import type { Fleet } from "../../../protocol/api/fleets.ts";
import { commit } from "../audit/commit.ts";
import { differences } from "../changes.ts";
import type { Context } from "../context.ts";
import { tellDriftPolicy } from "../drift/tell-policy.ts";
import { matchesEtag } from "../etag.ts";
import { fleetScope, organizationScope, placeOf } from "../scope.ts";
import { tellOfflineAfter } from "./tell-offline.ts";
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
  if (input.ifMatch && !matchesEtag(input.ifMatch, fleetEtag(row))) moved(row, input);

  const driftPolicy = input.driftPolicy ?? row.driftPolicy;
  const { offlineAfterSeconds = row.offlineAfterSeconds } = input;
  const next: FleetRow = {
    ...row,
    name: input.name ?? row.name,
    driftPolicy,
    driftRevision: row.driftRevision + (driftPolicy === row.driftPolicy ? 0 : 1),
    offlineAfterSeconds,
    offlineRevision: row.offlineRevision + (offlineAfterSeconds === row.offlineAfterSeconds ? 0 : 1),
    version: row.version + 1,
    updatedAt: ctx.clock.now(),
  };
  const changes = differences("fleet", row, next, fields);
  const texts = changes.map(({ path, before, after }) => `${path.slice(6)} from "${before}" to "${after}"`);
  try {
    await commit(ctx, {
      organizationId: row.organizationId,
      note: {
        action: "fleet.update",
        target: row.id,
        summary:
          changes.length === 0
            ? `left fleet ${row.slug} as it was`
            : `changed fleet ${row.slug}: ${texts.join(", ")}`,
        changes,
      },
      statements: [
        updateFleet(ctx.db, row.organizationId, row.id, {
          name: next.name,
          driftPolicy: next.driftPolicy,
          driftRevision: next.driftRevision,
          offlineAfterSeconds: next.offlineAfterSeconds,
          offlineRevision: next.offlineRevision,
          version: next.version,
          updatedAt: next.updatedAt,
        }),
      ],
      guards: [{ name: "version", holds: fleetHasVersion(row.organizationId, row.id, row.version) }],
    });
  } catch (error) {
    if (!(error instanceof GuardFailed)) throw error;
    moved(await fleetScope(ctx, input.fleet, "fleet.write"), input);
  }
  if (next.driftRevision !== row.driftRevision) await tellDriftPolicy(ctx, next);
  if (next.offlineRevision !== row.offlineRevision) await tellOfflineAfter(ctx, next);
  return { fleet: fleetView(next), etag: fleetEtag(next) };
}

function moved(now: FleetRow, input: UpdateFleet): never {
  const etag = fleetEtag(now);
  const asked = fields.filter((field) => input[field] !== undefined);
  return refuse(
    "conflict",
    `The fleet was changed meanwhile; its ETag is now ${etag}. Read it again, then repeat.`,
    asked.map((path) => ({ path, message: `is now "${now[path]}"` })),
  );
}
