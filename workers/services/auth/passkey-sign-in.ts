import { GuardFailed, UniqueViolation } from "../../../db/batch.ts";
import { passkeysOfUser } from "../../../db/queries/factors.ts";
import { findUser } from "../../../db/queries/people.ts";
import type { PasskeyAssertion, PasskeyRequest } from "../../../protocol/api/factors.ts";
import type { PublicContext } from "../context.ts";
import { challengeUsed, refusePasskey } from "../factors/challenges.ts";
import { passkeyRequest } from "../factors/passkeys.ts";
import { passkeyOf, showPasskey } from "../factors/show.ts";
import { openSession } from "./open-session.ts";
import { ticketHolder } from "./second-factor.ts";
import type { SignedIn } from "./views.ts";

/** What the browser needs to ask for a passkey: any of this site, or, with a ticket, one of that person. */
export async function askPasskey({
  ctx,
  input,
}: {
  ctx: PublicContext;
  input: { ticket?: string | undefined };
}): Promise<PasskeyRequest> {
  if (input.ticket === undefined) return passkeyRequest(ctx, "sign_in", null);
  const user = await ticketHolder(ctx, input.ticket);
  const passkeys = await passkeysOfUser(ctx.db, user.id);
  return passkeyRequest(ctx, "second_factor", { userId: user.id, passkeys });
}

/** A passkey proves two factors at once: its device, and the PIN, finger or face that unlocked it. */
export async function signInWithPasskey({
  ctx,
  input,
}: {
  ctx: PublicContext;
  input: { passkey: PasskeyAssertion };
}): Promise<SignedIn> {
  const row = await passkeyOf(ctx, input.passkey, null);
  const user = await findUser(ctx.db, row.userId);
  if (!user) return refusePasskey("The account of this passkey no longer exists. Sign in with another one.");
  const shown = await showPasskey(ctx, user, row, input.passkey, { purpose: "sign_in", userId: null });
  try {
    return await openSession(ctx, user, {
      summary: `signed in with the passkey “${row.name}”`,
      proof: { method: "passkey", secondFactor: true },
      ...shown,
    });
  } catch (error) {
    if (error instanceof GuardFailed || error instanceof UniqueViolation) return challengeUsed();
    throw error;
  }
}
