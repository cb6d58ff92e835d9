/**
 * Challenges of passkeys. A challenge is a sealed note of ours, so that asking for one writes nothing (anybody may
 * ask); the row that makes it count once is written by its use.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import type { Statement } from "../../../db/client.ts";
import { insertAccountToken } from "../../../db/queries/account-tokens.ts";
import { refuse } from "../../../domain/errors.ts";
import type { UserId } from "../../../domain/ids.ts";
import type { PublicContext } from "../context.ts";

export const challengeMs = 5 * 60_000;

/** What a challenge is for; one made for something else does not count. */
export type Purpose = "add" | "sign_in" | "second_factor" | "confirm";

const note = z.strictObject({
  kind: z.literal("passkey_challenge"),
  purpose: z.enum(["add", "sign_in", "second_factor", "confirm"]),
  userId: z.string().nullable(),
  expiresAtMs: z.number(),
});

/** `userId`: whose passkey must answer, null = anybody's. */
export function newChallenge(ctx: PublicContext, purpose: Purpose, userId: UserId | null): Promise<string> {
  const expiresAtMs = ctx.clock.now() + challengeMs;
  return ctx.sealer.seal(
    JSON.stringify({ kind: "passkey_challenge", purpose, userId, expiresAtMs } satisfies z.input<
      typeof note
    >),
  );
}

const clientData = z.object({ challenge: z.string() });

export interface OpenChallenge {
  /** base64url, as the browser signed it. */
  challenge: string;
  /** Into the batch of what it allows. A second use violates `account_tokens.secret_hash`. */
  use: Statement;
}

/** The challenge that a browser's answer is for. Refuses what is not ours, is too old, or is for something else. */
export async function openChallenge(
  ctx: PublicContext,
  clientDataJson: string,
  wanted: { purpose: Purpose; userId: UserId | null },
): Promise<OpenChallenge> {
  const nowMs = ctx.clock.now();
  const challenge = readChallenge(clientDataJson);
  const found = challenge === null ? null : await openNote(ctx, challenge);
  if (challenge === null || found?.purpose !== wanted.purpose || found.userId !== wanted.userId) {
    return refusePasskey("The passkey answered a question that was not asked here. Try again.");
  }
  if (found.expiresAtMs <= nowMs) {
    return refusePasskey("The passkey answered after more than five minutes. Try again.");
  }
  return {
    challenge,
    use: insertAccountToken(ctx.db, {
      id: ctx.ids.make("accountToken"),
      kind: "passkey_challenge",
      userId: wanted.userId,
      email: null,
      secretHash: createHash("sha256").update(challenge).digest("hex"),
      data: "",
      createdAt: nowMs,
      expiresAt: found.expiresAtMs,
      usedAt: nowMs,
    }),
  };
}

export function refusePasskey(detail: string): never {
  return refuse("token_invalid", detail, [{ path: "passkey", message: "does not count" }]);
}

export const challengeUsed = (): never =>
  refusePasskey("This answer of the passkey has been used already. Try again, which asks the passkey anew.");

const textOf = (base64url: string): string => Buffer.from(base64url, "base64url").toString("utf8");

function readChallenge(clientDataJson: string): string | null {
  try {
    return clientData.parse(JSON.parse(textOf(clientDataJson))).challenge;
  } catch {
    return null;
  }
}

async function openNote(ctx: PublicContext, challenge: string) {
  try {
    return note.parse(JSON.parse(await ctx.sealer.open(textOf(challenge))));
  } catch {
    return null;
  }
}
