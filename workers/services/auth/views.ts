import type { UserRow } from "../../../db/queries/people.ts";
import type { Organization, Session } from "../../../protocol/api/auth.ts";
import { accessTokenSeconds } from "../../adapters/access-tokens.ts";
import type { Membership, PublicContext } from "../context.ts";
import { iso } from "../time.ts";
import { type Assurance, membershipsOf } from "./memberships.ts";

export const organizationView = (membership: Membership): Organization => ({
  id: membership.id,
  name: membership.name,
  slug: membership.slug,
  plan: membership.plan,
  role: membership.role,
  roleName: membership.roleName,
  access: membership.access.map((statements) => [...statements]),
  blocked: membership.blocked,
  deletedAt: membership.deletedAt === null ? null : iso(membership.deletedAt),
  createdAt: iso(membership.createdAt),
});

export const userView = (user: UserRow) => ({
  id: user.id,
  email: user.email,
  name: user.name,
  createdAt: iso(user.createdAt),
  hasPassword: user.passwordHash !== "",
});

/** What a sign-in, sign-up or refresh gives: the session for the body, and the refresh token for the cookie. */
export interface SignedIn {
  session: Session;
  refreshToken: string;
}

export async function signedIn(
  ctx: PublicContext,
  user: UserRow,
  assurance: Assurance,
  refreshToken: string,
): Promise<SignedIn> {
  const token = ctx.refreshTokens.read(refreshToken);
  if (!token) throw new Error("a refresh token of our own could not be read");
  const organizations = await membershipsOf(ctx, user.id, assurance);
  return {
    refreshToken,
    session: {
      accessToken: await ctx.accessTokens.sign(user.id, token.sessionId),
      expiresInSeconds: accessTokenSeconds,
      user: userView(user),
      organizations: organizations.map(organizationView),
    },
  };
}
