/** Links that a mail carries: 32 random bytes, of which only the hash is kept, and which count once. */
import { createHash, randomBytes } from "node:crypto";
import type { Guard } from "../../../db/batch.ts";
import type { Statement } from "../../../db/client.ts";
import {
  type AccountTokenRow,
  accountTokenStands,
  findAccountToken,
  insertAccountToken,
  spendAccountToken,
} from "../../../db/queries/account-tokens.ts";
import type { AccountTokenKind } from "../../../db/schema/accounts.ts";
import { refuse } from "../../../domain/errors.ts";
import type { UserId } from "../../../domain/ids.ts";
import type { PublicContext } from "../context.ts";

const hashOf = (token: string): string => createHash("sha256").update(token).digest("hex");

export interface NewLink {
  kind: AccountTokenKind;
  userId: UserId | null;
  email: string;
  /** Kept sealed until the link is used. */
  data: unknown;
  expiresAtMs: number;
}

export async function newLink(
  ctx: PublicContext,
  { kind, userId, email, data, expiresAtMs }: NewLink,
): Promise<{ token: string; insert: Statement }> {
  const token = randomBytes(32).toString("base64url");
  return {
    token,
    insert: insertAccountToken(ctx.db, {
      id: ctx.ids.make("accountToken"),
      kind,
      userId,
      email,
      secretHash: hashOf(token),
      data: await ctx.sealer.seal(JSON.stringify(data)),
      createdAt: ctx.clock.now(),
      expiresAt: expiresAtMs,
    }),
  };
}

/** What a link that does not count says to do instead. */
export interface LinkAdvice {
  unknown: string;
  used: string;
  expired: string;
}

export interface OpenLink {
  row: AccountTokenRow;
  /** As it was given to `newLink`. */
  data: unknown;
  /** Into the batch of what the link does. */
  use: Statement;
  guard: Guard;
}

function invalid(detail: string): never {
  return refuse("token_invalid", detail, [{ path: "token", message: "does not count (any more)" }]);
}

/** The link of this token. Refuses (`token_invalid`) when there is none, or when it is used or expired. */
export async function openLink(
  ctx: PublicContext,
  kind: AccountTokenKind,
  token: string,
  advice: LinkAdvice,
): Promise<OpenLink> {
  const nowMs = ctx.clock.now();
  const row = await findAccountToken(ctx.db, kind, hashOf(token));
  if (!row) return invalid(`The link is not one of ours, or not complete. ${advice.unknown}`);
  if (row.usedAt !== null) return invalid(`The link has been used or replaced already. ${advice.used}`);
  if (row.expiresAt <= nowMs) return invalid(`The link has expired. ${advice.expired}`);
  return {
    row,
    data: JSON.parse(await ctx.sealer.open(row.data)),
    use: spendAccountToken(ctx.db, row.id, nowMs),
    guard: { name: "link", holds: accountTokenStands(row.id, nowMs) },
  };
}

/** For the batch whose guard `link` did not hold: somebody used the link in the same moment. */
export function linkUsed(advice: LinkAdvice): never {
  return invalid(`The link has been used or replaced already. ${advice.used}`);
}
