import { GuardFailed, UniqueViolation } from "../../../db/batch.ts";
import { passkeysOfUser, proveSession } from "../../../db/queries/factors.ts";
import type { UserRow } from "../../../db/queries/people.ts";
import { refuse } from "../../../domain/errors.ts";
import { recentAuthenticationMs } from "../../../domain/tenancy/sign-in.ts";
import type { PasskeyAssertion, PasskeyRequest } from "../../../protocol/api/factors.ts";
import { commitAccount } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { accountOf } from "../factors/account.ts";
import { challengeUsed } from "../factors/challenges.ts";
import { passkeyRequest } from "../factors/passkeys.ts";
import { passkeyOf, type Shown, showCode, showPasskey } from "../factors/show.ts";
import { iso } from "../time.ts";
import { type PersonContext, personOnly } from "./recent.ts";
import { byAccount, bySecondFactor, bySecondFactorOfDay, guess } from "./throttle.ts";

export interface Confirmation {
  password?: string | undefined;
  code?: string | undefined;
  passkey?: PasskeyAssertion | undefined;
}

/** What the browser needs to ask for one of the person's own passkeys. */
export async function askForConfirmation({ ctx: asked }: { ctx: Context }): Promise<PasskeyRequest> {
  const ctx = personOnly(asked);
  const passkeys = await passkeysOfUser(ctx.db, ctx.actor.id);
  if (passkeys.length === 0) {
    refuse("conflict", "You have no passkey. Confirm with your password, and a code if you have an app.");
  }
  return passkeyRequest(ctx, "confirm", { userId: ctx.actor.id, passkeys });
}

/**
 * The person is still there: what is sensitive is open for 15 minutes. Asks for all that a sign-in asks for, so that
 * a password alone never changes the second factor.
 */
export async function confirm({
  ctx: asked,
  input,
}: {
  ctx: Context;
  input: Confirmation;
}): Promise<{ authenticatedAt: string; recentUntil: string }> {
  const ctx = personOnly(asked);
  const user = await accountOf(ctx);
  const nowMs = ctx.clock.now();
  if (input.passkey) await byPasskey(ctx, user, input.passkey);
  else await byPassword(ctx, user, input);
  return { authenticatedAt: iso(nowMs), recentUntil: iso(nowMs + recentAuthenticationMs) };
}

async function byPasskey(ctx: PersonContext, user: UserRow, given: PasskeyAssertion): Promise<void> {
  const row = await passkeyOf(ctx, given, user.id);
  const shown = await showPasskey(ctx, user, row, given, { purpose: "confirm", userId: user.id });
  try {
    await prove(ctx, `confirmed with the passkey “${row.name}”`, shown, true);
  } catch (error) {
    if (error instanceof GuardFailed || error instanceof UniqueViolation) return challengeUsed();
    throw error;
  }
}

async function byPassword(
  ctx: PersonContext,
  user: UserRow,
  { password, code }: Confirmation,
): Promise<void> {
  const app = user.totpConfirmedAt !== null;
  if (!app && (await passkeysOfUser(ctx.db, user.id)).length > 0) {
    return wanted("passkey", "Your account is protected by a passkey. Confirm with it.");
  }
  if (user.passwordHash === "" && !app) {
    return wanted("passkey", "Your account has no password. Sign out, and sign in again the way you did.");
  }
  if (user.passwordHash !== "" && password === undefined) {
    return wanted("password", "Confirm with your password.");
  }
  if (app && code === undefined) {
    return wanted("code", "Your account has a second factor. Enter the code of your app with the password.");
  }
  if (password !== undefined) {
    const right = await guess(ctx, [byAccount(user.email)], async () =>
      (await ctx.passwords.matches(password, user.passwordHash)) ? true : null,
    );
    if (!right) return refusePassword();
  }
  if (!app) return prove(ctx, "confirmed with the password", { statements: [], guards: [] }, false);
  const right = await guess(ctx, [bySecondFactor(user.id), bySecondFactorOfDay(user.id)], async () => {
    const shown = await showCode(ctx, user, code ?? "");
    if (!shown) return null;
    try {
      await prove(ctx, "confirmed with the password and a code", shown, true);
      return true;
    } catch (error) {
      if (error instanceof GuardFailed) return null;
      throw error;
    }
  });
  if (!right) {
    refuse(
      "token_invalid",
      "The code is wrong, or has been used already. Wait for the next one in your app.",
      [{ path: "code", message: "does not count" }],
    );
  }
}

async function prove(
  ctx: PersonContext,
  summary: string,
  { statements, guards }: Shown,
  secondFactor: boolean,
): Promise<void> {
  await commitAccount(ctx, {
    userId: ctx.actor.id,
    note: { action: "session.confirm", summary },
    statements: [
      ...statements,
      proveSession(ctx.db, ctx.actor.sessionId, {
        authenticatedAt: ctx.clock.now(),
        ...(secondFactor && { secondFactor }),
      }),
    ],
    guards,
  });
}

function wanted(path: "password" | "code" | "passkey", detail: string): never {
  return refuse("validation_failed", detail, [{ path, message: "is needed" }]);
}

/** Not a 401: the session is as good as before. */
function refusePassword(): never {
  return refuse("validation_failed", "The password is wrong. Check it and try again.", [
    { path: "password", message: "is wrong" },
  ]);
}
