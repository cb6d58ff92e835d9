import type { SecretVersionRow } from "../../../db/queries/inputs.ts";
import type { EnvironmentRow } from "../../../db/queries/projects.ts";
import { findSecret, findSecretVersion, type ListedSecret } from "../../../db/queries/secrets.ts";
import type { Id } from "../../../domain/ids.ts";
import type { Permission } from "../../../domain/tenancy/permissions.ts";
import type { Context } from "../context.ts";
import { environmentScope, missing, organizationIds } from "../scope.ts";

export interface SecretInput {
  secret: Id<"secret">;
}

export interface SecretVersionInput extends SecretInput {
  number: number;
}

export interface InScope extends ListedSecret {
  environment: EnvironmentRow;
}

export async function secretScope(
  ctx: Context,
  { secret }: SecretInput,
  permission: Permission,
): Promise<InScope> {
  const found = await findSecret(ctx.db, organizationIds(ctx), secret);
  if (!found) return missing("secret", secret);
  return { ...found, environment: await environmentScope(ctx, found.row.environmentId, permission) };
}

export async function versionScope(
  ctx: Context,
  input: SecretVersionInput,
  permission: Permission,
): Promise<InScope & { version: SecretVersionRow }> {
  const found = await secretScope(ctx, input, permission);
  const { row } = found;
  const version = await findSecretVersion(ctx.db, row.organizationId, row.id, input.number);
  return version ? { ...found, version } : missing(`version of ${row.name}`, String(input.number));
}
