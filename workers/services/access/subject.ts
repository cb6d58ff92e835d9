import { findApiKey } from "../../../db/queries/api-keys.ts";
import { findUser } from "../../../db/queries/people.ts";
import {
  type ApiKeyId,
  isId,
  type OrganizationId,
  type RoleId,
  type ServiceAccountId,
  type UserId,
} from "../../../domain/ids.ts";
import type { Access } from "../../../domain/tenancy/access.ts";
import type { Role } from "../../../domain/tenancy/roles.ts";
import { statementsOf } from "../../../domain/tenancy/statements.ts";
import { ownerOf } from "../auth/authenticate.ts";
import { membershipsOf, roleName } from "../auth/memberships.ts";
import type { Context, Platform } from "../context.ts";
import { accessOfServiceAccount } from "./of-service-account.ts";

export type AccessSubject = UserId | ServiceAccountId | ApiKeyId;

/** Where nobody asks, `actor` is left out. */
type Asker = Platform & Partial<Pick<Context, "actor">>;

export interface SubjectAccess {
  subject: AccessSubject;
  name: string;
  role: Role | RoleId;
  roleName: string;
  access: Access;
  /** Why none of it counts at present. */
  blocked: string | null;
}

/** What somebody may do in an organization, as it is now; undefined = nobody of it. */
export async function accessOf(
  ctx: Asker,
  organizationId: OrganizationId,
  subject: AccessSubject,
): Promise<SubjectAccess | undefined> {
  if (isId("user", subject)) return ofPerson(ctx, organizationId, subject);
  if (isId("serviceAccount", subject)) return ofServiceAccount(ctx, organizationId, subject);
  return ofApiKey(ctx, organizationId, subject);
}

/** What a session must have proved is not looked at: it differs from one to the next. */
async function ofPerson(
  ctx: Asker,
  organizationId: OrganizationId,
  userId: UserId,
): Promise<SubjectAccess | undefined> {
  const proved = { ssoConnectionOf: organizationId, secondFactor: true };
  const [memberships, user] = await Promise.all([
    membershipsOf(ctx, userId, proved, userId === ctx.actor?.person ? "you" : "the member"),
    findUser(ctx.db, userId),
  ]);
  const found = memberships.find(({ id }) => id === organizationId);
  if (!found || !user) return undefined;
  const { role, access } = found;
  return {
    subject: userId,
    name: user.name ?? user.email,
    role,
    roleName: found.roleName,
    access,
    blocked: null,
  };
}

async function ofServiceAccount(
  ctx: Asker,
  organizationId: OrganizationId,
  id: ServiceAccountId,
): Promise<SubjectAccess | undefined> {
  const found = await accessOfServiceAccount(ctx, organizationId, id);
  if (!found) return undefined;
  const { account, custom, statements } = found;
  return {
    subject: id,
    name: account.name,
    role: account.role,
    roleName: roleName(account.role, custom),
    access: [statements],
    blocked: account.disabledAt === null ? null : "The service account is disabled.",
  };
}

async function ofApiKey(
  ctx: Asker,
  organizationId: OrganizationId,
  id: ApiKeyId,
): Promise<SubjectAccess | undefined> {
  const found = await findApiKey(ctx.db, [organizationId], id);
  if (!found) return undefined;
  const { key, custom } = found;
  const owner = await ownerOf(ctx, key);
  const own = statementsOf(key.role, custom ?? undefined, key.scope, `API key ${key.name}`);
  return {
    subject: id,
    name: key.name,
    role: key.role,
    roleName: roleName(key.role, custom),
    access: [own, ...(owner?.access ?? [])],
    blocked: whyKeyCountsNot(key, owner !== null, ctx.clock.now()),
  };
}

function whyKeyCountsNot(
  key: { revokedAt: number | null; expiresAt: number | null },
  hasOwner: boolean,
  nowMs: number,
): string | null {
  if (key.revokedAt !== null) return "The API key is revoked.";
  if (key.expiresAt !== null && key.expiresAt <= nowMs) return "The API key has expired.";
  return hasOwner ? null : "Who the API key stands for has left, or is disabled.";
}
