import { endSecondFactorIfNone, removeTotp as removeFromStore } from "../../../db/queries/factors.ts";
import { refuse } from "../../../domain/errors.ts";
import type { ChangedFactors } from "../../../protocol/api/factors.ts";
import type { Context } from "../context.ts";
import { factorScope } from "./account.ts";
import { changeAndTell } from "./change.ts";
import { factorsOf } from "./get.ts";
import { factorsChanged } from "./letters.ts";

export async function removeTotp({ ctx: asked }: { ctx: Context }): Promise<ChangedFactors> {
  const { ctx, user } = await factorScope(asked);
  if (user.totpConfirmedAt === null) return refuse("not_found", "You have no authenticator app.");
  await changeAndTell(ctx, {
    user,
    note: { action: "totp.remove", summary: "removed the authenticator app" },
    tell: factorsChanged(ctx, {
      subject: "Your authenticator app was removed",
      lead: "Codes of your authenticator app do not count any more for your account at Muster.",
    }),
    statements: [removeFromStore(ctx.db, user.id), ...endSecondFactorIfNone(ctx.db, user.id)],
  });
  return { factors: await factorsOf(ctx), recoveryCodes: null };
}
