/** Links of invitations: 32 random bytes, of which only the hash is kept, and which count once. */
import { createHash, randomBytes } from "node:crypto";
import type { Guard } from "../../../db/batch.ts";
import type { Statement } from "../../../db/client.ts";
import {
  changeInvitation,
  findInvitationByHash,
  type InvitationRow,
  invitationStands,
} from "../../../db/queries/invitations.ts";
import { insertMembership } from "../../../db/queries/organizations.ts";
import { insertTeamMember, teamsAmong } from "../../../db/queries/teams.ts";
import { refuse } from "../../../domain/errors.ts";
import type { UserId } from "../../../domain/ids.ts";
import type { PublicContext } from "../context.ts";

export const invitationDays = 7;
export const invitationMs = invitationDays * 24 * 3_600_000;

const hashOf = (token: string): string => createHash("sha256").update(token).digest("hex");

export function newInvitationLink(): { token: string; secretHash: string } {
  const token = randomBytes(32).toString("base64url");
  return { token, secretHash: hashOf(token) };
}

function invalid(detail: string): never {
  return refuse("token_invalid", detail, [{ path: "token", message: "does not count (any more)" }]);
}

export type OpenInvitation = NonNullable<Awaited<ReturnType<typeof findInvitationByHash>>>;

/** The invitation of this link. Refuses (`token_invalid`) what does not count, and says what to do next. */
export async function openInvitation(ctx: PublicContext, token: string): Promise<OpenInvitation> {
  const found = await findInvitationByHash(ctx.db, hashOf(token));
  if (!found) {
    return invalid(
      "The link is not one of ours, is not complete, or was replaced by a newer one. Open the newest mail, or ask for another invitation.",
    );
  }
  const { row, organization } = found;
  if (row.acceptedAt !== null) {
    return invalid("The invitation was accepted already. Sign in with the address that it was sent to.");
  }
  if (row.revokedAt !== null) {
    return invalid(
      `The invitation to ${organization.name} was taken back, or replaced by a newer one. Open the newest mail, or ask for another one.`,
    );
  }
  if (row.expiresAt <= ctx.clock.now()) {
    return invalid(
      `The invitation to ${organization.name} has expired after ${invitationDays} days. Ask for another one.`,
    );
  }
  if (organization.deletedAt !== null) {
    return invalid(
      `${organization.name} is deleted. Its owners may bring it back, then open the link again.`,
    );
  }
  return found;
}

export const invitationGuard = (ctx: PublicContext, row: InvitationRow): Guard => ({
  name: "invitation",
  holds: invitationStands(row.organizationId, row.secretHash, ctx.clock.now()),
});

/** For the batch whose guard `invitation` did not hold: the link was used, replaced or taken back in this moment. */
export function invitationGone(): never {
  return invalid("The invitation was accepted, replaced or taken back in this moment. Reload the page.");
}

/** What accepting writes: the membership, those of the teams that are still there, and that it is accepted. */
export async function joining(ctx: PublicContext, row: InvitationRow, userId: UserId): Promise<Statement[]> {
  const { organizationId } = row;
  const createdAt = ctx.clock.now();
  const teams = row.teamIds.length === 0 ? [] : await teamsAmong(ctx.db, organizationId, row.teamIds);
  return [
    insertMembership(ctx.db, organizationId, {
      id: ctx.ids.make("membership"),
      userId,
      role: row.role,
      createdAt,
    }),
    ...teams.map(({ id: teamId }) =>
      insertTeamMember(ctx.db, organizationId, { id: ctx.ids.make("membership"), teamId, userId, createdAt }),
    ),
    changeInvitation(ctx.db, organizationId, row.id, { acceptedAt: createdAt, acceptedBy: userId }),
  ];
}
