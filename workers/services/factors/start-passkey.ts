import { passkeysOfUser } from "../../../db/queries/factors.ts";
import type { PasskeyCreation } from "../../../protocol/api/factors.ts";
import { requireRecent } from "../auth/recent.ts";
import type { Context } from "../context.ts";
import { accountOf } from "./account.ts";
import { passkeyCreation } from "./passkeys.ts";

/** What the browser needs to make a passkey. Writes nothing. */
export async function startPasskey({ ctx: asked }: { ctx: Context }): Promise<PasskeyCreation> {
  const ctx = requireRecent(asked);
  const [user, passkeys] = await Promise.all([accountOf(ctx), passkeysOfUser(ctx.db, ctx.actor.id)]);
  return passkeyCreation(ctx, user, passkeys);
}
