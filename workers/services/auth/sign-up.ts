import { writeUnaudited } from "../../../db/batch.ts";
import { findUserByEmail } from "../../../db/queries/people.ts";
import { refuse } from "../../../domain/errors.ts";
import type { LinkSent } from "../../../protocol/api/auth.ts";
import type { PublicContext } from "../context.ts";
import { alreadySignedUp, confirmSignUp } from "../mail/letters.ts";
import { newMail } from "../mail/new-mail.ts";
import { iso } from "../time.ts";
import { checkPassword } from "./check-password.ts";
import { newLink } from "./links.ts";
import { byRecipient, bySignUps, countUse } from "./throttle.ts";

export interface SignUp {
  email: string;
  password: string;
  name?: string | undefined;
  organizationName: string;
}

/** What the link of a sign-up keeps until it is opened. */
export interface PendingSignUp {
  name: string | null;
  passwordHash: string;
  organizationName: string;
}

export const signUpLinkMs = 24 * 3_600_000;

/**
 * Mails a link that makes the account. Neither the answer nor the work tells whether there is one already: in that
 * case the mail says so instead, and the link's token goes nowhere.
 */
export async function signUp({ ctx, input }: { ctx: PublicContext; input: SignUp }): Promise<LinkSent> {
  if (!ctx.signUpAllowed) {
    refuse("forbidden", "Sign-up is closed on this installation. Ask an owner to invite you.");
  }
  checkPassword(input.password, input);
  const email = input.email.toLowerCase();
  await countUse(ctx, [bySignUps(ctx), byRecipient(email)]);
  const expiresAtMs = ctx.clock.now() + signUpLinkMs;
  const data: PendingSignUp = {
    name: input.name ?? null,
    passwordHash: await ctx.passwords.hash(input.password),
    organizationName: input.organizationName,
  };
  const known = await findUserByEmail(ctx.db, email);
  const link = await newLink(ctx, { kind: "sign_up", userId: known?.id ?? null, email, data, expiresAtMs });
  const { organizationName } = input;
  const letter = known ? alreadySignedUp(ctx) : confirmSignUp(ctx, { token: link.token, organizationName });
  const mail = await newMail(ctx, known?.email ?? email, letter);
  await writeUnaudited(ctx.db, "a sign-in under way", [link.insert, mail.insert]);
  ctx.afterwards(mail.send());
  return { email, expiresAt: iso(expiresAtMs) };
}
