import type { Statement } from "../../../db/client.ts";
import { listOrganizationKeys } from "../../../db/queries/inputs.ts";
import {
  countFleetsBehindKeys,
  countSealed,
  insertOrganizationKey,
} from "../../../db/queries/secret-keys.ts";
import type { OrganizationId } from "../../../domain/ids.ts";
import { plural } from "../../../domain/plural.ts";
import type { SecretsKey, SecretsKeyChange } from "../../../protocol/api/secrets.ts";
import { commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { makeReceipt } from "../receipts.ts";
import { organizationScope } from "../scope.ts";
import { iso } from "../time.ts";
import { reseal, rewrapStatements } from "./renew.ts";
import { tellAll } from "./tell.ts";

interface Input {
  org: OrganizationId;
}

export async function get({ ctx, input }: { ctx: Context; input: Input }): Promise<SecretsKey> {
  const { id } = organizationScope(ctx, input.org, "secret.read");
  return keysView(ctx, id);
}

async function keysView(ctx: Context, organizationId: OrganizationId): Promise<SecretsKey> {
  const [keys, sealed, fleetsBehind] = await Promise.all([
    listOrganizationKeys(ctx.db, organizationId),
    countSealed(ctx.db, organizationId),
    countFleetsBehindKeys(ctx.db, organizationId),
  ]);
  return {
    organizationId,
    masterKeyId: ctx.vault.masterKeyId,
    keys: keys.map(({ id, masterKeyId, createdAt }) => ({
      id,
      masterKeyId,
      seals: id === keys.at(-1)?.id,
      versions: sealed.get(id) ?? 0,
      createdAt: iso(createdAt),
    })),
    fleetsBehind,
  };
}

/** After a new master key: the data keys are wrapped by it. No value is touched, and no agent sees a change. */
export async function rewrap({ ctx, input }: { ctx: Context; input: Input }): Promise<SecretsKeyChange> {
  const { id } = organizationScope(ctx, input.org, "secret.write");
  const statements = await rewrapStatements(ctx, id);
  return change(ctx, id, "secrets_key.rewrap", statements, {
    summary:
      statements.length === 0
        ? "Every data key is wrapped by the current master key already; nothing has changed."
        : `${plural(statements.length, "data key")} wrapped by master key ${ctx.vault.masterKeyId}. The fleets are being told.`,
    changes:
      statements.length === 0 ? [] : [{ path: "secretsKey.masterKeyId", after: ctx.vault.masterKeyId }],
  });
}

/** A new data key: new versions are sealed by it at once, older ones in a while. No agent sees a change. */
export async function rotate({ ctx, input }: { ctx: Context; input: Input }): Promise<SecretsKeyChange> {
  const { id } = organizationScope(ctx, input.org, "secret.write");
  const keyId = ctx.ids.make("organizationKey");
  const key = ctx.vault.makeKey(id, keyId);
  const row = { ...key, id: keyId, createdAt: ctx.clock.now(), rewrappedAt: 0 };
  return change(ctx, id, "secrets_key.rotate", [insertOrganizationKey(ctx.db, id, row)], {
    summary: "New versions are sealed by a new data key. Older ones are being sealed anew.",
    changes: [{ path: "secretsKey.id", after: keyId }],
  });
}

async function change(
  ctx: Context,
  organizationId: OrganizationId,
  action: "secrets_key.rewrap" | "secrets_key.rotate",
  statements: Statement[],
  told: { summary: string; changes: SecretsKeyChange["receipt"]["changes"] },
): Promise<SecretsKeyChange> {
  if (statements.length > 0) {
    await commit(ctx, {
      organizationId,
      note: { action, target: organizationId, ...told },
      statements,
    });
    ctx.afterwards(reseal(ctx, organizationId).then(() => tellAll(ctx, organizationId)));
  }
  return {
    ...(await keysView(ctx, organizationId)),
    receipt: makeReceipt(ctx, {
      kind: action,
      ids: { organization: organizationId },
      ...told,
      next: [
        {
          label: "See how far it is",
          command: "muster secrets keys",
          href: `/v1/orgs/${organizationId}/secrets-key`,
        },
      ],
    }),
  };
}
