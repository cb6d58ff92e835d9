import { renamePasskey as renameInStore } from "../../../db/queries/factors.ts";
import type { Id } from "../../../domain/ids.ts";
import type { Passkey } from "../../../protocol/api/factors.ts";
import { commitAccount } from "../audit/commit.ts";
import { personOnly } from "../auth/recent.ts";
import type { Context } from "../context.ts";
import { passkeyView } from "./get.ts";
import { ownPasskey } from "./own-passkey.ts";

export async function renamePasskey({
  ctx: asked,
  input,
}: {
  ctx: Context;
  input: { passkey: Id<"passkey">; name: string };
}): Promise<Passkey> {
  const ctx = personOnly(asked);
  const row = await ownPasskey(ctx, input.passkey);
  await commitAccount(ctx, {
    userId: ctx.actor.id,
    note: { action: "passkey.rename", summary: `renamed the passkey “${row.name}” to “${input.name}”` },
    statements: [renameInStore(ctx.db, row.id, input.name)],
  });
  return passkeyView({ ...row, name: input.name });
}
