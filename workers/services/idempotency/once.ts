import { createHash } from "node:crypto";
import { writeUnaudited } from "../../../db/batch.ts";
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

/** The store takes rows of 2 MB; of a larger answer only that there was one is kept. */
const maxSealedChars = 1_900_000;
const tooLarge = "";

export interface KeptAnswer {
  status: number;
  headers: [string, string][];
  body: string;
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/**
 * Runs `work` once for each actor and key within 24 hours; the same request again gets the first answer, or `conflict`
 * when that was too large to be kept. An answer that says to try again (5xx, 429) frees the key.
 */
export async function once(
  ctx: Context,
  key: string,
  request: string,
  work: () => Promise<KeptAnswer>,
): Promise<KeptAnswer> {
  const id = sha256(`${ctx.actor.id}\n${key}`);
  // A request may hold a secret.
  const requestHash = ctx.sealer.fingerprint(request);
  const claimed = await claim(ctx, id, requestHash);
  if ("answer" in claimed) return claimed.answer;
  let answer: KeptAnswer | null = null;
  try {
    answer = await work();
    return answer;
  } finally {
    await settle(ctx, id, claimed.atMs, answer);
  }
}

/** What was done is done and must be answered, so a store that fails here is only told to the log. */
async function settle(ctx: Context, id: string, claimedAtMs: number, answer: KeptAnswer | null) {
  try {
    const keep = answer !== null && answer.status < 500 && answer.status !== 429;
    const sealed = keep ? await ctx.sealer.seal(JSON.stringify(answer)) : "";
    await writeUnaudited(ctx.db, "an idempotency key", [
      keep
        ? keepAnswer(
            ctx.db,
            id,
            claimedAtMs,
            answer.status,
            sealed.length > maxSealedChars ? tooLarge : sealed,
          )
        : freeIdempotencyKey(ctx.db, id, claimedAtMs),
    ]);
  } catch (error) {
    ctx.log.error("the answer to an idempotency key could not be kept", { requestId: ctx.requestId }, error);
  }
}

type Claim = { atMs: number } | { answer: KeptAnswer };

async function claim(ctx: Context, id: string, requestHash: string): Promise<Claim> {
  const nowMs = ctx.clock.now();
  const [claimed] = await writeUnaudited(ctx.db, "an idempotency key", [
    claimIdempotencyKey(ctx.db, { id, requestHash, createdAt: nowMs }),
  ]);
  if (claimed === 1) return { atMs: nowMs };
  const row = await findIdempotencyKey(ctx.db, id);
  if (!row) return claim(ctx, id, requestHash);
  const ageMs = nowMs - row.createdAt;
  const outlived = row.answer === null ? ageMs > abandonedMs : ageMs > idempotencyHours * 3_600_000;
  if (outlived) {
    await writeUnaudited(ctx.db, "an idempotency key", [freeIdempotencyKey(ctx.db, id, row.createdAt)]);
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
  if (row.answer === tooLarge) {
    refuse(
      "conflict",
      "The first request with this key was carried out; its answer was too large to be kept. Read what it made.",
    );
  }
  return { answer: JSON.parse(await ctx.sealer.open(row.answer)) as KeptAnswer };
}
