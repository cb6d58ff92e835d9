import { type ApiKeyRow, insertApiKey } from "../../../db/queries/api-keys.ts";
import { findServiceAccount } from "../../../db/queries/service-accounts.ts";
import { refuse } from "../../../domain/errors.ts";
import type { OrganizationId, RoleId, ServiceAccountId, UserId } from "../../../domain/ids.ts";
import type { Scope } from "../../../domain/tenancy/access.ts";
import { planTerms } from "../../../domain/tenancy/plans.ts";
import type { Role } from "../../../domain/tenancy/roles.ts";
import type { CreatedApiKey } from "../../../protocol/api/api-keys.ts";
import { checkScope } from "../access/check-scope.ts";
import { givenRole, refuseExcess, statementsOfRole } from "../access/role.ts";
import { commit } from "../audit/commit.ts";
import type { Context, Membership } from "../context.ts";
import { makeReceipt } from "../receipts.ts";
import { organizationScope } from "../scope.ts";
import { mintApiKey, refuseOutliving } from "./mint.ts";
import { apiKeyView } from "./view.ts";

export interface CreateApiKey {
  org: OrganizationId;
  name: string;
  role: Role | RoleId;
  scope: Scope;
  serviceAccountId?: ServiceAccountId | undefined;
  expiresAt?: string | undefined;
  requestsPerMinute?: number | undefined;
}

/** Only the hash is kept; the key itself is in this one answer. */
export async function create({ ctx, input }: { ctx: Context; input: CreateApiKey }): Promise<CreatedApiKey> {
  const organization = organizationScope(ctx, input.org, "api_key.write");
  const role = await givenRole(ctx, organization.id, input.role);
  const statements = statementsOfRole(role, input.scope, "the key");
  await checkScope(
    ctx,
    organization.id,
    input.scope,
    statements.flatMap((one) => one.permissions),
  );
  refuseExcess(organization, statements, "a key");
  const owner = await ownerOf(ctx, organization.id, input.serviceAccountId);
  const { secret, minted } = mintApiKey(ctx);
  const key: ApiKeyRow = {
    ...minted,
    organizationId: organization.id,
    name: input.name,
    role: role.id,
    scope: input.scope,
    owner: owner.id,
    expiresAt: expiryOf(ctx, input.expiresAt),
    requestsPerMinute: rateOf(organization, input.requestsPerMinute),
    lastUsedAt: null,
    lastUsedAddress: null,
    revokedAt: null,
    replaces: null,
  };
  const changes = [{ path: "apiKey", after: { name: key.name, role: role.name, scope: key.scope } }];
  await commit(ctx, {
    organizationId: organization.id,
    note: {
      action: "api_key.create",
      target: key.id,
      summary: `created API key "${key.name}" with the role ${role.name}${owner.name ? ` for ${owner.name}` : ""}`,
      changes,
    },
    quotas: ["apiKeys"],
    statements: [insertApiKey(ctx.db, organization.id, key)],
  });
  return {
    ...apiKeyView({ key, custom: role.custom ?? null, ownerName: owner.name }),
    secret,
    receipt: makeReceipt(ctx, {
      kind: "api_key.create",
      ids: { apiKey: key.id, organization: organization.id },
      summary: `API key "${key.name}" may do what the role ${role.name} allows${owner.name ? `, and no more than ${owner.name}` : ""}. Its secret is in this answer only.`,
      changes,
      next: [{ label: "Use it", command: "export MUSTER_API_KEY=…" }],
      undo: { command: `muster keys revoke ${key.id}`, href: `/v1/api-keys/${key.id}/revoke` },
    }),
  };
}

/** A key without a service account stands for who makes it, or for whom the key stands that makes it. */
async function ownerOf(
  ctx: Context,
  organizationId: OrganizationId,
  serviceAccountId: ServiceAccountId | undefined,
): Promise<{ id: UserId | ServiceAccountId | null; name: string | null }> {
  if (serviceAccountId === undefined) {
    return ctx.actor.kind === "user"
      ? { id: ctx.actor.id, name: ctx.actor.name }
      : { id: ctx.actor.kind === "api_key" ? ctx.actor.owner : null, name: null };
  }
  const account = await findServiceAccount(ctx.db, [organizationId], serviceAccountId);
  if (account) return { id: account.row.id, name: account.row.name };
  return refuse("validation_failed", `There is no service account ${serviceAccountId} here. Check the id.`, [
    { path: "serviceAccountId", message: "is not a service account of the organization" },
  ]);
}

function expiryOf(ctx: Context, text: string | undefined): number | null {
  const expiresAt = text === undefined ? null : Date.parse(text);
  if (expiresAt !== null && expiresAt <= ctx.clock.now()) {
    refuse("validation_failed", "The key would have expired already. Give a later time.", [
      { path: "expiresAt", message: "must be in the future" },
    ]);
  }
  refuseOutliving(ctx, expiresAt);
  return expiresAt;
}

function rateOf({ plan }: Membership, wanted: number | undefined): number | null {
  if (wanted === undefined) return null;
  const limit = planTerms[plan].requestsPerMinute.caller;
  if (wanted <= limit) return wanted;
  return refuse(
    "validation_failed",
    `The plan ${plan} allows ${limit} requests per minute to one key. Give no more, or change the plan.`,
    [{ path: "requestsPerMinute", message: `must be ${limit} or less` }],
  );
}
