import type { Statement } from "../../../db/client.ts";
import { listOrganizationKeys, type SecretRow, type SecretVersionRow } from "../../../db/queries/inputs.ts";
import type { EnvironmentRow } from "../../../db/queries/projects.ts";
import { insertOrganizationKey } from "../../../db/queries/secret-keys.ts";
import { insertSecretVersion } from "../../../db/queries/secrets.ts";
import type { OrganizationId } from "../../../domain/ids.ts";
import type { WrappedKey } from "../../../domain/secrets/envelope.ts";
import type { Context } from "../context.ts";

/** The organization's newest data key; a statement makes it where there is none. */
async function sealingKey(
  ctx: Context,
  organizationId: OrganizationId,
): Promise<{ key: WrappedKey; keyId: SecretVersionRow["keyId"]; statements: Statement[] }> {
  const known = (await listOrganizationKeys(ctx.db, organizationId)).at(-1);
  if (known) return { key: known, keyId: known.id, statements: [] };
  const keyId = ctx.ids.make("organizationKey");
  const key = ctx.vault.makeKey(organizationId, keyId);
  const row = { ...key, id: keyId, createdAt: ctx.clock.now(), rewrappedAt: 0 };
  return { key, keyId, statements: [insertOrganizationKey(ctx.db, organizationId, row)] };
}

/** The value goes no further than here: what is written is sealed. In a protected environment it waits for an approval. */
export async function newVersion(
  ctx: Context,
  environment: EnvironmentRow,
  secret: Pick<SecretRow, "id" | "organizationId">,
  number: number,
  value: string,
): Promise<{ row: SecretVersionRow; statements: Statement[] }> {
  const { organizationId } = secret;
  const { key, keyId, statements } = await sealingKey(ctx, organizationId);
  const id = ctx.ids.make("secretVersion");
  const row: SecretVersionRow = {
    id,
    organizationId,
    secretId: secret.id,
    number,
    keyId,
    sealed: ctx.vault.seal(organizationId, key, id, value),
    state: environment.protected ? "pending" : "approved",
    author: ctx.actor.name,
    person: ctx.actor.person,
    decidedBy: null,
    decidedAt: null,
    createdAt: ctx.clock.now(),
    destroyedAt: null,
  };
  return { row, statements: [...statements, insertSecretVersion(ctx.db, organizationId, row)] };
}
