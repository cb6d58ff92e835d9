import { GuardFailed, UniqueViolation } from "../../../db/batch.ts";
import { insertAccountEvent } from "../../../db/queries/people.ts";
import { refuse } from "../../../domain/errors.ts";
import { commit } from "../audit/commit.ts";
import type { PublicContext } from "../context.ts";
import { configureFleet } from "../fleets/ask.ts";
import { createUser } from "./create-user.ts";
import { type LinkAdvice, linkUsed, openLink } from "./links.ts";
import { type CreatedOrganization, newOrganization } from "./new-organization.ts";
import { newSession } from "./sessions.ts";
import type { PendingSignUp } from "./sign-up.ts";
import { byAccount, byAddress, guess } from "./throttle.ts";
import { type SignedIn, signedIn } from "./views.ts";

const advice: LinkAdvice = {
  unknown: "Open it again from the mail, or sign up again.",
  used: "Sign in with your e-mail address and password.",
  expired: "Sign up again to get a new one.",
};

export interface SignedUp extends SignedIn {
  created: CreatedOrganization;
}

/**
 * The link of a sign-up: makes person, organization and all that is in it, and a session, in one atomic write. It
 * asks for the password again: a stranger who signed up with somebody's address must not get an account there whose
 * password only the stranger knows, because its owner opened the link.
 */
export async function verifyEmail({
  ctx,
  input,
}: {
  ctx: PublicContext;
  input: { token: string; password: string };
}): Promise<SignedUp> {
  const link = await openLink(ctx, "sign_up", input.token, advice);
  const pending = link.data as PendingSignUp;
  const email = link.row.email ?? "";
  const right = await guess(ctx, [byAccount(email), byAddress(ctx)], async () =>
    (await ctx.passwords.matches(input.password, pending.passwordHash)) ? true : null,
  );
  if (!right) {
    refuse(
      "validation_failed",
      "The password is not the one of this sign-up. Try again, or sign up once more. If you have not signed up, ignore the mail: no account is made.",
      [{ path: "password", message: "is not the one of this sign-up" }],
    );
  }
  const { user, insert } = createUser(ctx, { ...pending, email });
  const { created, statements } = newOrganization(ctx, {
    name: pending.organizationName,
    ownerId: user.id,
  });
  const session = newSession(ctx, user.id, { method: "email_link", secondFactor: false });
  const told = insertAccountEvent(ctx.db, {
    id: ctx.ids.make("accountEvent"),
    userId: user.id,
    at: ctx.clock.now(),
    action: "account.create",
    summary: "confirmed the e-mail address, and opened the account",
    ...ctx.client,
    requestId: ctx.requestId,
  });
  try {
    await commit(ctx, {
      organizationId: created.organization,
      author: { id: user.id, name: user.name ?? user.email },
      note: {
        action: "organization.create",
        target: created.organization,
        summary: `${user.email} signed up and created ${pending.organizationName}`,
      },
      statements: [link.use, insert, ...statements, session.insert, told],
      guards: [link.guard],
    });
  } catch (error) {
    if (error instanceof GuardFailed && error.guard === "link") linkUsed(advice);
    if (error instanceof UniqueViolation && error.columns.includes("users.email")) {
      refuse(
        "token_invalid",
        "There is an account with this e-mail address already. Sign in, or ask for a new password.",
        [{ path: "token", message: "is of an address that has an account" }],
      );
    }
    throw error;
  }
  ctx.afterwards(configureFleet(ctx, { id: created.fleet, organizationId: created.organization }));
  const assurance = { ssoConnectionOf: null, secondFactor: false };
  return { ...(await signedIn(ctx, user, assurance, session.refreshToken)), created };
}
