import type { Statement } from "../../../db/client.ts";
import type { SecretRow, SecretVersionRow } from "../../../db/queries/inputs.ts";
import {
  deleteSecret,
  listSecretVersions,
  updateSecret,
  updateSecretVersion,
} from "../../../db/queries/secrets.ts";
import { refuse, unwrap } from "../../../domain/errors.ts";
import { plural } from "../../../domain/plural.ts";
import type { ReceiptAnswer } from "../../../protocol/api/members.ts";
import type { SecretVersionChange } from "../../../protocol/api/secrets.ts";
import type { Context } from "../context.ts";
import { matchesEtag } from "../etag.ts";
import { makeReceipt } from "../receipts.ts";
import { changeSecret, secretMoved } from "./change.ts";
import { fleetsOf, heldNowhere, tryHolder } from "./fleets.ts";
import { placeIn, whomText } from "./receipt.ts";
import { type SecretInput, type SecretVersionInput, secretScope, versionScope } from "./scope.ts";
import { placeOfSecret, secretEtag, secretVersionView } from "./view.ts";

/** The sealed bytes go, in the store and in the fleets. The current version, and what an agent may be sent, stays. */
export async function destroy({
  ctx,
  input,
}: {
  ctx: Context;
  input: SecretVersionInput;
}): Promise<SecretVersionChange> {
  const { row, environment, version } = await versionScope(ctx, input, "secret.write");
  const title = `Version ${version.number} of ${row.name}`;
  if (version.sealed === null) refuse("conflict", `${title} is destroyed already.`);
  if (version.number === row.currentVersion) {
    refuse(
      "conflict",
      `${title} is current, so that new releases are given it. Set another value first: muster secrets rotate ${row.name} ${placeIn(environment, row)}`,
    );
  }
  await refuseHeld(ctx, row, [version]);
  const nowMs = ctx.clock.now();
  const gone: SecretVersionRow = { ...version, sealed: null, destroyedAt: nowMs };
  const changes = [{ path: `secret.versions.${version.number}.destroyed`, before: false, after: true }];
  await changeSecret(ctx, {
    environment,
    row,
    version,
    note: {
      action: "secret.destroy",
      target: row.id,
      summary: `destroyed version ${version.number} of secret ${row.name} of environment ${environment.slug}`,
      changes,
    },
    statements: [
      updateSecretVersion(ctx.db, row.organizationId, version.id, { sealed: null, destroyedAt: nowMs }),
      updateSecret(ctx.db, row.organizationId, row.id, { version: row.version + 1, updatedAt: nowMs }),
    ],
  });
  return {
    ...secretVersionView(gone, row.currentVersion),
    receipt: makeReceipt(ctx, {
      kind: "secret.destroy",
      ids: { secret: row.id, version: version.id, environment: environment.id },
      summary: `${title} is destroyed. Releases that name it cannot be rolled out any more.`,
      warnings: await forget(ctx, row, [version]),
      changes,
    }),
  };
}

/** With all its versions. */
export async function remove({
  ctx,
  input,
}: {
  ctx: Context;
  input: SecretInput & { ifMatch?: string | undefined };
}): Promise<ReceiptAnswer> {
  const { row, environment } = await secretScope(ctx, input, "secret.write");
  if (input.ifMatch && !matchesEtag(input.ifMatch, secretEtag(row))) secretMoved(row);
  const versions = await versionsOf(ctx, row);
  await refuseHeld(ctx, row, versions);
  const { name, description, latestVersion } = row;
  const changes = [
    { path: "secret", before: { name, ...placeOfSecret(row), description, latestVersion }, after: null },
  ];
  const statements: Statement[] = deleteSecret(ctx.db, row.organizationId, row.id);
  await changeSecret(ctx, {
    environment,
    row,
    note: {
      action: "secret.delete",
      target: row.id,
      summary: `deleted secret ${name} of environment ${environment.slug} for ${whomText(row)}`,
      changes,
    },
    statements,
  });
  return {
    receipt: makeReceipt(ctx, {
      kind: "secret.delete",
      ids: { secret: row.id, environment: environment.id, organization: row.organizationId },
      summary: `${name} is no longer set for ${whomText(row)}; its ${plural(versions.length, "version")} cannot be brought back.`,
      warnings: await forget(ctx, row, versions),
      changes,
      next: [
        {
          label: "Set it anew",
          command: `muster secrets set ${name} ${placeIn(environment, row)}`,
          href: `/v1/environments/${environment.id}/secrets`,
        },
      ],
    }),
  };
}

async function versionsOf({ db }: Context, row: SecretRow): Promise<SecretVersionRow[]> {
  const all: SecretVersionRow[] = [];
  for (let more = true; more; ) {
    const before = all.at(-1)?.number;
    const page = await listSecretVersions(db, row.organizationId, row.id, {
      limit: 200,
      ...(before !== undefined && { before }),
    });
    all.push(...page.rows);
    more = page.more;
  }
  return all;
}

/** An agent may still be sent it: again after a restart, or by a rollback. */
async function refuseHeld(
  ctx: Context,
  row: SecretRow,
  versions: readonly Pick<SecretVersionRow, "id" | "number">[],
): Promise<void> {
  const numbers = new Map<string, number>(versions.map(({ id, number }) => [id, number]));
  const ids = [...numbers.keys()];
  for await (const fleets of fleetsOf(ctx, row)) {
    await Promise.all(
      fleets.map(async (fleet) => {
        const { held } = unwrap(
          await tryHolder(ctx, fleet, heldNowhere, (stub, scope) => stub.secretUse(scope, ids)),
        );
        if (held.length === 0) return;
        const which = held.map((id) => numbers.get(id)).join(", ");
        refuse(
          "conflict",
          `Fleet ${fleet.name} may still send an agent version ${which} of ${row.name}. Roll out a release without it: it goes once no agent runs it and none of the newest 10 rollouts that ended may go back to it. See muster secrets usage ${row.name}`,
          [{ path: "fleet", message: `${fleet.id} holds version ${which}` }],
        );
      }),
    );
  }
}

/** What the fleets keep to mask it goes too. Answers what people must know of what stays. */
export async function forget(
  ctx: Context,
  row: SecretRow,
  versions: readonly Pick<SecretVersionRow, "id">[],
): Promise<string[]> {
  const ids = versions.map(({ id }) => id);
  const warnings: string[] = [];
  for await (const fleets of fleetsOf(ctx, row)) {
    await Promise.all(
      fleets.map(async (fleet) => {
        const outcome = await tryHolder(ctx, fleet, [], (stub, scope) => stub.forgetSecrets(scope, ids));
        if (!outcome.ok) {
          warnings.push(`Fleet ${fleet.name} could not be told; it may keep the sealed value for a while.`);
        } else if (outcome.value.length > 0) {
          warnings.push(
            `Fleet ${fleet.name} was given it meanwhile, and keeps it as long as an agent runs it.`,
          );
        }
      }),
    );
  }
  return warnings;
}
