import { createHash } from "node:crypto";
import { writeUnaudited } from "../../../db/batch.ts";
import { type ApiKeyRow, findApiKeyByHash, markApiKeyUsed } from "../../../db/queries/api-keys.ts";
import { findCaller } from "../../../db/queries/callers.ts";
import { refuse } from "../../../domain/errors.ts";
import { isId } from "../../../domain/ids.ts";
import type { Access } from "../../../domain/tenancy/access.ts";
import { statementsOf } from "../../../domain/tenancy/statements.ts";
import { accessOfServiceAccount } from "../access/of-service-account.ts";
import type { Actor, Platform, PublicContext } from "../context.ts";
import { assuranceOf, membershipsFrom, membershipsOf, roleName } from "./memberships.ts";

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
  const found = claims
    ? await findCaller(ctx.db, claims.userId, claims.sessionId, ctx.clock.now())
    : undefined;
  if (!claims || !found) {
    return unauthenticated("The access token is not valid or has expired. Refresh it, or sign in again.");
  }
  const { user, session } = found;
  return {
    kind: "user",
    id: user.id,
    person: user.id,
    name: user.name ?? user.email,
    organizations: membershipsFrom(found.organizations, found.bindings, assuranceOf(found)),
    expiresAtMs: claims.expiresAtMs,
    sessionId: session.id,
    authenticatedAtMs: session.authenticatedAt,
  };
}

async function apiKeyActor(ctx: PublicContext, secret: string): Promise<Actor> {
  const nowMs = ctx.clock.now();
  const hash = hashApiKey(secret);
  const cached = keyCache.get(hash);
  if (cached && cached.untilMs > nowMs && notExpired(cached.actor, nowMs)) return cached.actor;
  keyCache.delete(hash);

  const row = await findApiKeyByHash(ctx.db, hash);
  const unusable =
    !row || row.key.revokedAt !== null || (row.key.expiresAt !== null && row.key.expiresAt <= nowMs);
  const owner = unusable ? null : await ownerOf(ctx, row.key);
  if (unusable || !owner) {
    return unauthenticated("The API key is unknown, revoked or expired. Make a new one.");
  }
  const { key, organization, custom } = row;
  const own = statementsOf(key.role, custom ?? undefined, key.scope, `API key ${key.name}`);
  const actor: KeyActor = {
    kind: "api_key",
    id: key.id,
    person: key.owner !== null && isId("user", key.owner) ? key.owner : null,
    name: key.name,
    organizations: [
      {
        id: organization.id,
        name: organization.name,
        slug: organization.slug,
        plan: organization.plan,
        createdAt: organization.createdAt,
        role: key.role,
        roleName: roleName(key.role, custom),
        access: [own, ...owner.access],
        blocked: null,
        deletedAt: organization.deletedAt,
      },
    ],
    expiresAtMs: key.expiresAt,
    owner: key.owner,
    requestsPerMinute: key.requestsPerMinute,
  };
  if (keyCache.size >= apiKeyCacheSize) keyCache.clear();
  keyCache.set(hash, { actor, untilMs: nowMs + apiKeyCacheMs });
  ctx.afterwards(
    writeUnaudited(ctx.db, "a key's last use", [
      markApiKeyUsed(ctx.db, key.organizationId, key.id, {
        nowMs,
        everyMs: lastUsedEveryMs,
        address: ctx.client.address,
      }),
    ]),
  );
  return actor;
}

/**
 * What limits a key beside its own role: the access of the person or service account behind it, as it is now. A key
 * whose person has left, or whose service account is disabled, counts no longer: null.
 */
export async function ownerOf(ctx: Pick<Platform, "db">, key: ApiKeyRow): Promise<{ access: Access } | null> {
  if (key.owner === null) return { access: [] };
  if (isId("user", key.owner)) {
    // A key is its own proof: what organizations ask of sessions is not asked of it.
    const memberships = await membershipsOf(ctx, key.owner, { ssoConnectionOf: null, secondFactor: true });
    return memberships.find((one) => one.id === key.organizationId) ?? null;
  }
  const found = await accessOfServiceAccount(ctx, key.organizationId, key.owner);
  return found && found.account.disabledAt === null ? { access: [found.statements] } : null;
}

function notExpired(actor: KeyActor, nowMs: number): boolean {
  return actor.expiresAtMs === null || actor.expiresAtMs > nowMs;
}

/** This isolate forgets a key at once; others within `apiKeyCacheMs`. */
export function forgetApiKey(secretHash: string): void {
  keyCache.delete(secretHash);
}
