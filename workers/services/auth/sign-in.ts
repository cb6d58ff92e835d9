import { findUserByEmail } from "../../../db/queries/people.ts";
import { refuse } from "../../../domain/errors.ts";
import { commitAccount } from "../audit/commit.ts";
import type { PublicContext } from "../context.ts";
import { newSession } from "./sessions.ts";
import { type SignedIn, signedIn } from "./views.ts";

/** The same answer, after the same work, for an unknown e-mail address and for a wrong password. */
export async function signIn({
  ctx,
  input,
}: {
  ctx: PublicContext;
  input: { email: string; password: string };
}): Promise<SignedIn> {
  const user = await findUserByEmail(ctx.db, input.email.toLowerCase());
  const matches = await ctx.passwords.matches(input.password, user?.passwordHash);
  if (!user || !matches) {
    return refuse(
      "invalid_credentials",
      "The e-mail address or the password is wrong. Check both and try again.",
    );
  }
  const session = newSession(ctx, user.id, { method: "password", secondFactor: false });
  await commitAccount(ctx, {
    userId: user.id,
    note: { action: "session.create", summary: "signed in with the password" },
    statements: [session.insert],
  });
  return signedIn(ctx, user, { ssoConnectionOf: null, secondFactor: false }, session.refreshToken);
}
