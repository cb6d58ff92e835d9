import { GuardFailed } from "../../../db/batch.ts";
import { setTotpSecret, totpUnconfirmed } from "../../../db/queries/factors.ts";
import { refuse } from "../../../domain/errors.ts";
import type { StartedTotp } from "../../../protocol/api/factors.ts";
import { newTotpSecret, totpUri } from "../../adapters/totp.ts";
import { commitAccount } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { factorScope } from "./account.ts";
import { sealTotpSecret } from "./totp-secret.ts";

/** A new secret, which counts once a code of it was shown. One that was started before and never confirmed is gone. */
export async function startTotp({ ctx: asked }: { ctx: Context }): Promise<StartedTotp> {
  const { ctx, user } = await factorScope(asked);
  const secret = newTotpSecret();
  try {
    await commitAccount(ctx, {
      userId: user.id,
      note: { action: "totp.start", summary: "began to add an authenticator app" },
      statements: [setTotpSecret(ctx.db, user.id, await sealTotpSecret(ctx, user.id, secret))],
      guards: [{ name: "unconfirmed", holds: totpUnconfirmed(user.id) }],
    });
  } catch (error) {
    if (!(error instanceof GuardFailed)) throw error;
    refuse("already_exists", "You have an authenticator app already. Remove it first, then add the new one.");
  }
  return { secret, uri: totpUri(secret, user.email, "Muster") };
}
