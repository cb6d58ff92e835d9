import { findPasskey, type PasskeyRow } from "../../../db/queries/factors.ts";
import { refuse } from "../../../domain/errors.ts";
import type { Id } from "../../../domain/ids.ts";
import type { PersonContext } from "../auth/recent.ts";

/** Another person's passkey answers as a missing one does. */
export async function ownPasskey(ctx: PersonContext, id: Id<"passkey">): Promise<PasskeyRow> {
  const row = await findPasskey(ctx.db, ctx.actor.id, id);
  return row ?? refuse("not_found", `You have no passkey ${id}. Look at your list of passkeys.`);
}
