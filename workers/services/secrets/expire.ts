import type { Statement } from "../../../db/client.ts";
import type { SecretRow, SecretVersionRow } from "../../../db/queries/inputs.ts";
import { versionsWithValues } from "../../../db/queries/secret-versions.ts";
import { updateSecretVersion } from "../../../db/queries/secrets.ts";
import { refuse } from "../../../domain/errors.ts";
import { expiring, maxValuesKept } from "../../../domain/secrets/versions.ts";
import type { Receipt } from "../../../protocol/api/shared.ts";
import type { Context } from "../context.ts";
import { fleetsOf, heldNowhere, tryHolder } from "./fleets.ts";

export interface Expired {
  versions: SecretVersionRow[];
  statements: Statement[];
  changes: Receipt["changes"];
}

/**
 * The oldest values, which go when another is set: those that no fleet may send to an agent any more. What a fleet holds,
 * or all where one cannot be asked, stays; at most `maxValuesKept` do.
 */
export async function expire(ctx: Context, row: SecretRow): Promise<Expired> {
  const kept = await versionsWithValues(ctx.db, row.organizationId, row.id, maxValuesKept);
  const versions = await heldByNobody(ctx, row, expiring(kept, row.currentVersion));
  if (kept.length - versions.length >= maxValuesKept) {
    refuse(
      "conflict",
      `${row.name} has ${maxValuesKept} versions whose values are kept, and may have no more: they wait for an approval, or fleets may still send them to agents. Reject what nobody approves, roll out the current version, then set the value again. Look at them: muster secrets usage ${row.name}`,
    );
  }
  const destroyedAt = ctx.clock.now();
  return {
    versions,
    statements: versions.map(({ id }) =>
      updateSecretVersion(ctx.db, row.organizationId, id, { sealed: null, destroyedAt }),
    ),
    changes: versions.map(({ number }) => ({
      path: `secret.versions.${number}.destroyed`,
      before: false,
      after: true,
    })),
  };
}

async function heldByNobody(
  ctx: Context,
  row: SecretRow,
  old: readonly SecretVersionRow[],
): Promise<SecretVersionRow[]> {
  if (old.length === 0) return [];
  const held = new Set<string>();
  const ids = old.map(({ id }) => id);
  for await (const fleets of fleetsOf(ctx, row)) {
    const outcomes = await Promise.all(
      fleets.map((fleet) => tryHolder(ctx, fleet, heldNowhere, (stub, scope) => stub.secretUse(scope, ids))),
    );
    for (const outcome of outcomes) {
      if (!outcome.ok) return [];
      for (const id of outcome.value.held) held.add(id);
    }
  }
  return old.filter(({ id }) => !held.has(id));
}
