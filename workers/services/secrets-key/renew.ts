import { writeUnaudited } from "../../../db/batch.ts";
import type { Statement } from "../../../db/client.ts";
import { listOrganizationKeys, type OrganizationKeyRow } from "../../../db/queries/inputs.ts";
import {
  countFleetsBehindKeys,
  dropUnusedKey,
  resealVersion,
  rewrapOrganizationKey,
  touchOrganizationKey,
  versionsToReseal,
} from "../../../db/queries/secret-keys.ts";
import type { OrganizationId } from "../../../domain/ids.ts";
import type { Platform } from "../context.ts";

const valuesAtOnce = 100;
/** Of one run; the next goes on. */
const rounds = 20;

/** Those of the organization's data keys that another master key wraps, wrapped by the one that is current. */
export async function rewrapStatements(
  platform: Platform,
  organizationId: OrganizationId,
): Promise<Statement[]> {
  const { db, vault, clock } = platform;
  const old = (await listOrganizationKeys(db, organizationId)).filter(
    ({ masterKeyId }) => masterKeyId !== vault.masterKeyId,
  );
  return old.map((key) => {
    const { wrapped, masterKeyId } = vault.rewrap(organizationId, key);
    const after = { wrapped, masterKeyId, rewrappedAt: clock.now() };
    return rewrapOrganizationKey(db, organizationId, key, after);
  });
}

/**
 * Seals what older data keys seal by the newest one, then drops those that are used no more and that no fleet holds. No
 * value changes, and nothing is opened but in memory.
 */
export async function reseal(platform: Platform, organizationId: OrganizationId): Promise<void> {
  const { db, clock } = platform;
  const keys = await listOrganizationKeys(db, organizationId);
  const newest = keys.at(-1);
  if (!newest || keys.length < 2) return;
  let resealed = 0;
  for (let round = 0; round < rounds; round++) {
    const done = await resealSome(platform, organizationId, keys, newest);
    resealed += done;
    if (done < valuesAtOnce) break;
  }
  if (resealed > 0) {
    await writeUnaudited(db, "sealing secrets anew", [
      touchOrganizationKey(db, organizationId, newest.id, clock.now()),
    ]);
    return;
  }
  if ((await countFleetsBehindKeys(db, organizationId)) > 0) return;
  const old = keys.slice(0, -1).map(({ id }) => dropUnusedKey(db, organizationId, id));
  await writeUnaudited(db, "sealing secrets anew", old);
}

/** Answers how many it sealed anew. */
async function resealSome(
  { db, vault }: Platform,
  organizationId: OrganizationId,
  keys: readonly OrganizationKeyRow[],
  newest: OrganizationKeyRow,
): Promise<number> {
  const rows = await versionsToReseal(db, organizationId, newest.id, valuesAtOnce);
  const statements = rows.flatMap((row) => {
    const from = keys.find(({ id }) => id === row.keyId);
    if (!from || row.sealed === null) return [];
    const sealed = vault.reseal(organizationId, { from, to: newest }, row.id, row.sealed);
    return [resealVersion(db, organizationId, row, { sealed, keyId: newest.id })];
  });
  if (statements.length === 0) return 0;
  const changed = await writeUnaudited(db, "sealing secrets anew", statements);
  return changed.reduce((sum, count) => sum + count, 0);
}
