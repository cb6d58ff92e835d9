import { markEnrollmentTokenRevoked } from "../../../db/queries/fleets.ts";
import type { EnrollmentTokenId } from "../../../domain/ids.ts";
import { commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { askFleet } from "../fleets/ask.ts";
import { enrollmentTokenView } from "../fleets/view.ts";
import { tokenScope } from "../scope.ts";
import { iso } from "../time.ts";

/** The fleet's object first: it is the one that refuses the token. Both steps may be repeated. */
export async function revoke({ ctx, input }: { ctx: Context; input: { token: EnrollmentTokenId } }) {
  const token = await tokenScope(ctx, input.token, "enrollment_token.write");
  const address = { id: token.fleetId, organizationId: token.organizationId };
  const nowMs = ctx.clock.now();
  if (token.revokedAt === null) {
    await askFleet(ctx, address, (stub, scope) =>
      stub.revokeEnrollmentToken(scope, token.id, ctx.actor.id, ctx.actor.name),
    );
    await commit(ctx, {
      organizationId: token.organizationId,
      note: {
        action: "enrollment_token.revoke",
        target: token.id,
        summary: `revoked enrolment token "${token.name}"`,
        changes: [{ path: "enrollmentToken.revokedAt", before: null, after: iso(nowMs) }],
      },
      statements: [markEnrollmentTokenRevoked(ctx.db, token.organizationId, token.id, nowMs)],
    });
  }
  const uses = await askFleet(ctx, address, (stub, scope) => stub.tokenUses(scope));
  return enrollmentTokenView({ ...token, revokedAt: token.revokedAt ?? nowMs }, uses[token.id] ?? 0);
}
