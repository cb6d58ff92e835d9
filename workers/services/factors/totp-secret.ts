import type { UserId } from "../../../domain/ids.ts";
import type { PublicContext } from "../context.ts";

/** Sealed together with whose it is: a row's secret means nothing in another row. */
export const sealTotpSecret = (ctx: PublicContext, userId: UserId, secret: string): Promise<string> =>
  ctx.sealer.seal(`totp\n${userId}\n${secret}`);

export async function openTotpSecret(ctx: PublicContext, userId: UserId, sealed: string): Promise<string> {
  const [kind, owner, secret] = (await ctx.sealer.open(sealed)).split("\n");
  if (kind !== "totp" || owner !== userId || !secret) {
    throw new Error(`the stored TOTP secret of ${userId} is not its own`);
  }
  return secret;
}
