import { createHash } from "node:crypto";
import { write } from "../../../db/batch.ts";
import {
  claimIdempotencyKey,
  findIdempotencyKey,
  freeIdempotencyKey,
  keepAnswer,
} from "../../../db/queries/system.ts";
import { refuse } from "../../../domain/errors.ts";
import type { Context } from "../context.ts";

export const idempotencyHours = 24;
/** A first request that has not answered for so long has died with its isolate. */
const abandonedMs = 60_000;

export interface KeptAnswer {
  status: number;
  headers: [string, string][];
  body: string;
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/**
 * Runs `work` once for each actor and key within 24 hours; the same request again gets the first answer. An answer
 * that says to try again (5xx, 429) frees the key.
 */
export async function once(
  ctx: Context,
  key: string,
  request: string,
  work: () => Promise<KeptAnswer>,
): Promise<KeptAnswer> {
  const id = sha256(`${ctx.actor.id}\n${key}`);
  const requestHash = sha256(request);
  const claimed = await claim(ctx, id, requestHash);
  if ("answer" in claimed) return claimed.answer;
  let answer: KeptAnswer | null = null;
  try {
    answer = await work();
    return answer;
  } finally {
    const keep = answer !== null && answer.status < 500 && answer.status !== 429;
    await write(ctx.db, [
      keep && answer
        ? keepAnswer(ctx.db, id, answer.status, await ctx.sealer.seal(JSON.stringify(answer)))
        : freeIdempotencyKey(ctx.db, id, claimed.atMs),
    ]);
  }
}

type Claim = { atMs: number } | { answer: KeptAnswer };

async function claim(ctx: Context, id: string, requestHash: string): Promise<Claim> {
  const nowMs = ctx.clock.now();
  const [claimed] = await write(ctx.db, [claimIdempotencyKey(ctx.db, { id, requestHash, createdAt: nowMs })]);
  if (claimed === 1) return { atMs: nowMs };
  const row = await findIdempotencyKey(ctx.db, id);
  if (!row) return claim(ctx, id, requestHash);
  const ageMs = nowMs - row.createdAt;
  const outlived = row.answer === null ? ageMs > abandonedMs : ageMs > idempotencyHours * 3_600_000;
  if (outlived) {
    await write(ctx.db, [freeIdempotencyKey(ctx.db, id, row.createdAt)]);
    return claim(ctx, id, requestHash);
  }
  if (row.requestHash !== requestHash) {
    refuse("idempotency_mismatch", "This Idempotency-Key came with another request before. Use a new key.", [
      { path: "Idempotency-Key", message: "belongs to another request" },
    ]);
  }
  if (row.answer === null) {
    return refuse(
      "idempotency_in_progress",
      "The first request with this key is still running. Wait, then repeat it.",
    );
  }
  return { answer: JSON.parse(await ctx.sealer.open(row.answer)) as KeptAnswer };
}
