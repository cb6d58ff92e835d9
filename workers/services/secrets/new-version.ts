import type { Guard } from "../../../db/batch.ts";
import type { Statement } from "../../../db/client.ts";
import { listOrganizationKeys, type SecretRow, type SecretVersionRow } from "../../../db/queries/inputs.ts";
import type { EnvironmentRow } from "../../../db/queries/projects.ts";
import { insertOrganizationKey, organizationKeyExists } from "../../../db/queries/secret-keys.ts";
import { insertSecretVersion } from "../../../db/queries/secrets.ts";
import { refuse } from "../../../domain/errors.ts";
import type { OrganizationId } from "../../../domain/ids.ts";
import type { WrappedKey } from "../../../domain/secrets/envelope.ts";
import type { Context } from "../context.ts";

export interface NewVersion {
  row: SecretVersionRow & { sealed: string };
  /** That sealed it. */
  key: WrappedKey;
  statements: Statement[];
  /** "key": the data key that sealed it is still there. Without it nobody could open the value again. */
  guards: Guard[];
}

/** The organization's newest data key; a statement makes it where there is none. */
async function sealingKey(
  ctx: Context,
  organizationId: OrganizationId,
): Promise<
  { key: WrappedKey; keyId: SecretVersionRow["keyId"] } & Pick<NewVersion, "statements" | "guards">
> {
  const known = (await listOrganizationKeys(ctx.db, organizationId)).at(-1);
  if (known) {
    const guards = [{ name: "key", holds: organizationKeyExists(organizationId, known.id) }];
    return { key: known, keyId: known.id, statements: [], guards };
  }
  const keyId = ctx.ids.make("organizationKey");
  const key = ctx.vault.makeKey(organizationId, keyId);
  const row = { ...key, id: keyId, createdAt: ctx.clock.now(), rewrappedAt: 0 };
  return { key, keyId, statements: [insertOrganizationKey(ctx.db, organizationId, row)], guards: [] };
}

/** The value goes no further than here: what is written is sealed. In a protected environment it waits for an approval. */
export async function newVersion(
  ctx: Context,
  environment: EnvironmentRow,
  secret: Pick<SecretRow, "id" | "organizationId">,
  number: number,
  value: string,
): Promise<NewVersion> {
  const { organizationId } = secret;
  const { key, keyId, statements, guards } = await sealingKey(ctx, organizationId);
  const id = ctx.ids.make("secretVersion");
  const row: NewVersion["row"] = {
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
  return { row, key, statements: [...statements, insertSecretVersion(ctx.db, organizationId, row)], guards };
}

export function keyMoved(): never {
  return refuse("conflict", "The organization's data key was changed meanwhile. Send it again.");
}
