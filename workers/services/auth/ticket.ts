/** Between the two steps of a sign-in: the password was right, a second factor is still to be shown. */
import { countRecoveryCodes, passkeysOfUser } from "../../../db/queries/factors.ts";
import { findUser, type UserRow } from "../../../db/queries/people.ts";
import type { UserId } from "../../../domain/ids.ts";
import type { SecondFactorStep } from "../../../protocol/api/auth.ts";
import type { PublicContext } from "../context.ts";

const ticketSeconds = 300;

interface Sealed {
  kind: "second-factor ticket";
  userId: UserId;
  /** A changed password ends the tickets that the old one opened. */
  passwordChangedAt: number | null;
  expiresAtMs: number;
}

/** What this person can show as a second factor; empty = has none. */
async function methodsOf(ctx: PublicContext, user: UserRow) {
  const [passkeys, codes] = await Promise.all([
    passkeysOfUser(ctx.db, user.id),
    countRecoveryCodes(ctx.db, user.id),
  ]);
  const methods: SecondFactorStep["secondFactor"]["methods"] = [];
  if (user.totpConfirmedAt !== null) methods.push("totp");
  if (passkeys.length > 0) methods.push("passkey");
  if (methods.length > 0 && codes !== null && codes.left > 0) methods.push("recovery_code");
  return methods;
}

/** The second step that this person's sign-in has; null = the password is enough. */
export async function secondFactorStep(ctx: PublicContext, user: UserRow): Promise<SecondFactorStep | null> {
  const methods = await methodsOf(ctx, user);
  if (methods.length === 0) return null;
  const content: Sealed = {
    kind: "second-factor ticket",
    userId: user.id,
    passwordChangedAt: user.passwordChangedAt,
    expiresAtMs: ctx.clock.now() + ticketSeconds * 1000,
  };
  const ticket = await ctx.sealer.seal(JSON.stringify(content));
  return { secondFactor: { ticket, methods, expiresInSeconds: ticketSeconds } };
}

/** Who has shown the password; null = the ticket is not ours, or counts no longer. */
export async function personOfTicket(ctx: PublicContext, ticket: string): Promise<UserRow | null> {
  const text = await ctx.sealer.open(ticket).catch(() => null);
  if (text === null) return null;
  // Sealed by us; another thing that we sealed has no such kind.
  const content = JSON.parse(text) as Partial<Sealed>;
  if (content.kind !== "second-factor ticket" || !content.userId || !content.expiresAtMs) return null;
  if (content.expiresAtMs <= ctx.clock.now()) return null;
  const user = await findUser(ctx.db, content.userId);
  return user && user.passwordChangedAt === content.passwordChangedAt ? user : null;
}
