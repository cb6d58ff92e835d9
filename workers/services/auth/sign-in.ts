import { findUserByEmail } from "../../../db/queries/people.ts";
import { refuse } from "../../../domain/errors.ts";
import type { SecondFactorStep } from "../../../protocol/api/auth.ts";
import type { PublicContext } from "../context.ts";
import { openSession } from "./open-session.ts";
import { byAccount, byAddress, guess } from "./throttle.ts";
import { secondFactorStep } from "./ticket.ts";
import type { SignedIn } from "./views.ts";

/** The same answer, after the same work, for an unknown e-mail address and for a wrong password. */
export async function signIn({
  ctx,
  input,
}: {
  ctx: PublicContext;
  input: { email: string; password: string };
}): Promise<SignedIn | SecondFactorStep> {
  const email = input.email.toLowerCase();
  const user = await guess(ctx, [byAccount(email), byAddress(ctx)], async () => {
    const found = await findUserByEmail(ctx.db, email);
    const matches = await ctx.passwords.matches(input.password, found?.passwordHash);
    return found && matches ? found : null;
  });
  if (!user) {
    return refuse(
      "invalid_credentials",
      "The e-mail address or the password is wrong. Check both and try again.",
    );
  }
  return (
    (await secondFactorStep(ctx, user)) ??
    openSession(ctx, user, {
      summary: "signed in with the password",
      proof: { method: "password", secondFactor: false },
    })
  );
}
