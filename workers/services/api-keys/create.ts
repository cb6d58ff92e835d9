import { randomBytes } from "node:crypto";
import { write } from "../../../db/batch.ts";
import { type ApiKeyRow, insertApiKey } from "../../../db/queries/api-keys.ts";
import { refuse } from "../../../domain/errors.ts";
import type { OrganizationId, RoleId } from "../../../domain/ids.ts";
import { exceeds } from "../../../domain/tenancy/access.ts";
import type { Role } from "../../../domain/tenancy/roles.ts";
import { statementsOf } from "../../../domain/tenancy/statements.ts";
import { auditNote } from "../audit/note.ts";
import { hashApiKey } from "../auth/authenticate.ts";
import type { Context } from "../context.ts";
import { organizationScope } from "../scope.ts";
import { apiKeyView } from "./view.ts";

export interface CreateApiKey {
  org: OrganizationId;
  name: string;
  role: Role | RoleId;
  expiresAt?: string | undefined;
}

/** Only the hash is kept; the key itself is in this one answer. */
export async function create({ ctx, input }: { ctx: Context; input: CreateApiKey }) {
  const organization = organizationScope(ctx, input.org, "api_key.write");
  const role = statementsOf(input.role, undefined, { kind: "organization" }, "the key");
  if (exceeds(organization.access, role)) {
    refuse(
      "forbidden",
      `Your role is ${organization.roleName}; a key cannot have more. Choose a role with no more than yours.`,
      [{ path: "role", message: "allows more than you may do yourself" }],
    );
  }
  const nowMs = ctx.clock.now();
  const expiresAt = input.expiresAt === undefined ? null : Date.parse(input.expiresAt);
  if (expiresAt !== null && expiresAt <= nowMs) {
    refuse("validation_failed", "The key would have expired already. Give a later time.", [
      { path: "expiresAt", message: "must be in the future" },
    ]);
  }
  const id = ctx.ids.make("apiKey");
  const prefix = `mk_${id.slice(-8).toLowerCase()}`;
  const secret = `${prefix}_${randomBytes(32).toString("base64url")}`;
  const row: ApiKeyRow = {
    id,
    organizationId: organization.id,
    name: input.name,
    role: input.role,
    prefix,
    secretHash: hashApiKey(secret),
    createdBy: ctx.actor.id,
    createdAt: nowMs,
    lastUsedAt: null,
    expiresAt,
    revokedAt: null,
    owner: ctx.actor.kind === "user" ? ctx.actor.id : ctx.actor.owner,
    scope: { kind: "organization" },
    requestsPerMinute: null,
    replaces: null,
    lastUsedAddress: null,
  };
  await write(ctx.db, [
    insertApiKey(ctx.db, organization.id, row),
    auditNote(ctx, organization.id, {
      action: "api_key.create",
      target: row.id,
      summary: `created API key "${row.name}" with the role ${row.role}`,
    }),
  ]);
  return { ...apiKeyView(row), secret };
}
