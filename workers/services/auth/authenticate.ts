import { createHash } from "node:crypto";
import { write } from "../../../db/batch.ts";
import {
  type ApiKeyRow,
  findApiKey,
  findApiKeyByHash,
  markApiKeyUsed,
} from "../../../db/queries/api-keys.ts";
import { findUser, organizationsOfUser } from "../../../db/queries/people.ts";
import { refuse } from "../../../domain/errors.ts";
import { isId, type UserId } from "../../../domain/ids.ts";
import type { Actor, PublicContext } from "../context.ts";

/** How long an isolate may go on trusting a key that was revoked meanwhile. */
const apiKeyCacheMs = 10_000;
const apiKeyCacheSize = 1_000;
const lastUsedEveryMs = 3_600_000;

type KeyActor = Extract<Actor, { kind: "api_key" }>;
const keyCache = new Map<string, { actor: KeyActor; untilMs: number }>();

export const hashApiKey = (secret: string): string => createHash("sha256").update(secret).digest("hex");

function unauthenticated(detail: string): never {
  return refuse("unauthenticated", detail);
}

/** Who stands behind `Authorization: Bearer …`. */
export async function authenticate({
  ctx,
  input,
}: {
  ctx: PublicContext;
  input: { bearer: string | undefined };
}): Promise<Actor> {
  if (!input.bearer) {
    return unauthenticated("No credential was sent. Send `Authorization: Bearer <access token or API key>`.");
  }
  return input.bearer.startsWith("mk_") ? apiKeyActor(ctx, input.bearer) : userActor(ctx, input.bearer);
}

async function userActor(ctx: PublicContext, token: string): Promise<Actor> {
  const claims = await ctx.accessTokens.verify(token);
  const [user, organizations] = claims
    ? await Promise.all([findUser(ctx.db, claims.userId), organizationsOfUser(ctx.db, claims.userId)])
    : [];
  if (!claims || !user) {
    return unauthenticated("The access token is not valid or has expired. Refresh it, or sign in again.");
  }
  return {
    kind: "user",
    id: user.id,
    person: user.id,
    name: user.name ?? user.email,
    organizations: organizations ?? [],
    expiresAtMs: claims.expiresAtMs,
  };
}

async function apiKeyActor(ctx: PublicContext, secret: string): Promise<Actor> {
  const nowMs = ctx.clock.now();
  const hash = hashApiKey(secret);
  const cached = keyCache.get(hash);
  if (cached && cached.untilMs > nowMs && notExpired(cached.actor, nowMs)) return cached.actor;
  keyCache.delete(hash);

  const row = await findApiKeyByHash(ctx.db, hash);
  if (!row || row.key.revokedAt !== null || (row.key.expiresAt !== null && row.key.expiresAt <= nowMs)) {
    return unauthenticated("The API key is unknown, revoked or expired. Make a new one.");
  }
  const actor: KeyActor = {
    kind: "api_key",
    id: row.key.id,
    person: await makerOf(ctx, row.key),
    name: row.key.name,
    organizations: [{ ...row.organization, role: row.key.role }],
    expiresAtMs: row.key.expiresAt,
  };
  if (keyCache.size >= apiKeyCacheSize) keyCache.clear();
  keyCache.set(hash, { actor, untilMs: nowMs + apiKeyCacheMs });
  ctx.afterwards(
    write(ctx.db, [markApiKeyUsed(ctx.db, row.key.organizationId, row.key.id, nowMs, lastUsedEveryMs)]),
  );
  return actor;
}

/** Keys made by keys made by … a person. */
const longestChain = 10;

/** An API key stands for the person who made it, by however many keys in between. */
async function makerOf(
  ctx: PublicContext,
  key: Pick<ApiKeyRow, "organizationId" | "createdBy">,
): Promise<UserId | null> {
  let maker = key.createdBy;
  for (let i = 0; i < longestChain && isId("apiKey", maker); i++) {
    const parent = await findApiKey(ctx.db, [key.organizationId], maker);
    if (!parent) return null;
    maker = parent.createdBy;
  }
  return isId("user", maker) ? maker : null;
}

function notExpired(actor: KeyActor, nowMs: number): boolean {
  return actor.expiresAtMs === null || actor.expiresAtMs > nowMs;
}

/** This isolate forgets a key at once; others within `apiKeyCacheMs`. */
export function forgetApiKey(secretHash: string): void {
  keyCache.delete(secretHash);
}
