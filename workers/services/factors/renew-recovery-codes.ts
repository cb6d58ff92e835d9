import { passkeysOfUser } from "../../../db/queries/factors.ts";
import { refuse } from "../../../domain/errors.ts";
import type { ChangedFactors } from "../../../protocol/api/factors.ts";
import type { Context } from "../context.ts";
import { factorScope } from "./account.ts";
import { changeAndTell } from "./change.ts";
import { freshCodes } from "./first-factor.ts";
import { factorsOf } from "./get.ts";
import { factorsChanged } from "./letters.ts";

/** Ten new codes; those from before count no more. */
export async function renewRecoveryCodes({ ctx: asked }: { ctx: Context }): Promise<ChangedFactors> {
  const { ctx, user } = await factorScope(asked);
  const passkeys = await passkeysOfUser(ctx.db, user.id);
  if (user.totpConfirmedAt === null && passkeys.length === 0) {
    refuse(
      "conflict",
      "Recovery codes stand in for a second factor, and you have none. Add an authenticator app or a passkey first.",
    );
  }
  const codes = freshCodes(ctx, user.id);
  await changeAndTell(ctx, {
    user,
    note: { action: "recovery_codes.renew", summary: "made new recovery codes" },
    tell: factorsChanged(ctx, {
      subject: "New recovery codes were made",
      lead: "Your account at Muster has new recovery codes. The old ones do not count any more.",
    }),
    statements: codes.statements,
  });
  return { factors: await factorsOf(ctx), recoveryCodes: codes.shown };
}
