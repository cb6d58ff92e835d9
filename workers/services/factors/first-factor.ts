import type { Statement } from "../../../db/client.ts";
import { countRecoveryCodes, replaceRecoveryCodes } from "../../../db/queries/factors.ts";
import type { UserId } from "../../../domain/ids.ts";
import type { PublicContext } from "../context.ts";
import { newRecoveryCodes, recoveryCodeHash } from "./recovery-codes.ts";

export interface FreshCodes {
  /** To be shown once; null = the person has codes already, and keeps them. */
  shown: string[] | null;
  statements: Statement[];
}

/** Who adds a first factor gets codes for the day when it is lost. */
export async function codesForFirstFactor(ctx: PublicContext, userId: UserId): Promise<FreshCodes> {
  const existing = await countRecoveryCodes(ctx.db, userId);
  return existing ? { shown: null, statements: [] } : freshCodes(ctx, userId);
}

/** In place of all that were made before. */
export function freshCodes(ctx: PublicContext, userId: UserId): FreshCodes & { shown: string[] } {
  const shown = newRecoveryCodes();
  const hashes = shown.map((code) => recoveryCodeHash(userId, code));
  return { shown, statements: replaceRecoveryCodes(ctx.db, userId, hashes, ctx.clock.now()) };
}
