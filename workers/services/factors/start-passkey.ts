import { passkeysOfUser } from "../../../db/queries/factors.ts";
import type { PasskeyCreation } from "../../../protocol/api/factors.ts";
import type { Context } from "../context.ts";
import { factorScope } from "./account.ts";
import { passkeyCreation } from "./passkeys.ts";

/** What the browser needs to make a passkey. Writes nothing. */
export async function startPasskey({ ctx: asked }: { ctx: Context }): Promise<PasskeyCreation> {
  const { ctx, user } = await factorScope(asked);
  const passkeys = await passkeysOfUser(ctx.db, user.id);
  return passkeyCreation(ctx, user, passkeys);
}
