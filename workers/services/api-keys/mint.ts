import { createHash, randomBytes } from "node:crypto";
import type { ApiKeyRow } from "../../../db/queries/api-keys.ts";
import { refuse } from "../../../domain/errors.ts";
import type { Context } from "../context.ts";

type Minted = Pick<ApiKeyRow, "id" | "prefix" | "secretHash" | "createdBy" | "createdAt">;

/** A new key's secret, and what of it is kept. */
export function mintApiKey(ctx: Context): { secret: string; minted: Minted } {
  const id = ctx.ids.make("apiKey");
  const prefix = `mk_${id.slice(-8).toLowerCase()}`;
  const secret = `${prefix}_${randomBytes(32).toString("base64url")}`;
  return {
    secret,
    minted: {
      id,
      prefix,
      secretHash: createHash("sha256").update(secret).digest("hex"),
      createdBy: ctx.actor.id,
      createdAt: ctx.clock.now(),
    },
  };
}

/** A key makes no key that outlives it: its own end would mean nothing. */
export function refuseOutliving({ actor }: Context, expiresAt: number | null): void {
  if (actor.kind !== "api_key" || actor.expiresAtMs === null) return;
  if (expiresAt !== null && expiresAt <= actor.expiresAtMs) return;
  const end = new Date(actor.expiresAtMs).toISOString();
  refuse(
    "forbidden",
    `The API key that asks ends at ${end}; it can make no key that lasts longer. Give an earlier end, or sign in.`,
    [{ path: "expiresAt", message: `must be ${end} at the latest` }],
  );
}
