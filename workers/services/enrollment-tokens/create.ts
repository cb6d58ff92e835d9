import { insertEnrollmentToken } from "../../../db/queries/fleets.ts";
import { refuse } from "../../../domain/errors.ts";
import type { Labels } from "../../../domain/fleets/agent-state.ts";
import type { FleetId } from "../../../domain/ids.ts";
import type { CreatedEnrollmentToken } from "../../../protocol/api/fleets.ts";
import { maxCredentialChars } from "../../../protocol/rpc/credentials.ts";
import { commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { configureFleet, opampEndpoint } from "../fleets/ask.ts";
import { enrollmentTokenView } from "../fleets/view.ts";
import { fleetScope } from "../scope.ts";
import { isoOrNull } from "../time.ts";

export interface CreateEnrollmentToken {
  fleet: FleetId;
  name: string;
  labels: Labels;
  maxUses: number | null;
  expiresInSeconds: number | null;
}

/** No agent can dial without a token, so here the fleet's object learns at the latest who it is. */
export async function create({
  ctx,
  input,
}: {
  ctx: Context;
  input: CreateEnrollmentToken;
}): Promise<CreatedEnrollmentToken> {
  const fleet = await fleetScope(ctx, input.fleet, "enrollment_token.write");
  const nowMs = ctx.clock.now();
  const expiresAt = input.expiresInSeconds === null ? null : nowMs + input.expiresInSeconds * 1000;
  const row = {
    id: ctx.ids.make("enrollmentToken"),
    organizationId: fleet.organizationId,
    fleetId: fleet.id,
    name: input.name,
    labels: input.labels,
    maxUses: input.maxUses,
    expiresAt,
    revokedAt: null,
    createdBy: ctx.actor.id,
    createdAt: nowMs,
  };
  const secret = await ctx.mintEnrollmentSecret({
    typ: "enroll",
    org: row.organizationId,
    flt: row.fleetId,
    tok: row.id,
    labels: row.labels,
    max: row.maxUses,
    ...(expiresAt !== null && { exp: Math.floor(expiresAt / 1000) }),
  });
  if (secret.length > maxCredentialChars) {
    refuse("validation_failed", "The labels make the token too long to be sent. Use fewer or shorter ones.", [
      { path: "labels", message: "are too long together" },
    ]);
  }
  await configureFleet(ctx, fleet);
  await commit(ctx, {
    organizationId: fleet.organizationId,
    note: {
      action: "enrollment_token.create",
      target: row.id,
      summary: `created enrolment token "${row.name}" of fleet ${fleet.slug}`,
      changes: [
        {
          path: "enrollmentToken",
          before: null,
          after: {
            name: row.name,
            labels: row.labels,
            maxUses: row.maxUses,
            expiresAt: isoOrNull(expiresAt),
          },
        },
      ],
    },
    statements: [insertEnrollmentToken(ctx.db, fleet.organizationId, row)],
    quotas: ["enrollmentTokens"],
  });
  const endpoint = opampEndpoint(ctx.publicUrl);
  return {
    ...enrollmentTokenView(row, 0),
    secret,
    endpoint,
    command: `curl -fsSL ${ctx.publicUrl}/install.sh | sh -s -- --token ${secret}`,
  };
}
