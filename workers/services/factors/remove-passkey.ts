import { endSecondFactorIfNone, removePasskey as removeFromStore } from "../../../db/queries/factors.ts";
import type { Id } from "../../../domain/ids.ts";
import type { ChangedFactors } from "../../../protocol/api/factors.ts";
import type { Context } from "../context.ts";
import { factorScope } from "./account.ts";
import { changeAndTell } from "./change.ts";
import { factorsOf } from "./get.ts";
import { factorsChanged } from "./letters.ts";
import { ownPasskey } from "./own-passkey.ts";

export async function removePasskey({
  ctx: asked,
  input,
}: {
  ctx: Context;
  input: { passkey: Id<"passkey"> };
}): Promise<ChangedFactors> {
  const { ctx, user } = await factorScope(asked);
  const row = await ownPasskey(ctx, input.passkey);
  await changeAndTell(ctx, {
    user,
    note: { action: "passkey.remove", summary: `removed the passkey “${row.name}”` },
    tell: factorsChanged(ctx, {
      subject: "A passkey was removed",
      lead: `The passkey “${row.name}” does not count any more for your account at Muster.`,
    }),
    statements: [removeFromStore(ctx.db, row.id), ...endSecondFactorIfNone(ctx.db, user.id)],
  });
  return { factors: await factorsOf(ctx), recoveryCodes: null };
}
