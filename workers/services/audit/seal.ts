import { writeUnaudited } from "../../../db/batch.ts";
import {
  auditHashes,
  findAuditAnchor,
  sealAuditEvents,
  unsealedAuditEvents,
} from "../../../db/queries/audit.ts";
import { type ChainPoint, genesis, hashOf } from "../../../domain/audit/chain.ts";
import type { OrganizationId } from "../../../domain/ids.ts";
import type { Platform } from "../context.ts";
import { auditEventView } from "./view.ts";

const atOnce = 200;

/**
 * Gives every event of the organization that has none its hash. What a hash is follows from the rows alone, and one
 * that is there stays: two who seal at once write the same. Throws when the event before is gone.
 */
export async function seal({ db }: Pick<Platform, "db">, organizationId: OrganizationId): Promise<void> {
  for (;;) {
    const rows = await unsealedAuditEvents(db, organizationId, atOnce);
    const first = rows[0];
    if (!first) return;
    let previous = await pointBefore(db, organizationId, first.seq);
    const sealed: ChainPoint[] = [];
    for (const row of rows) {
      if (row.seq !== previous.seq + 1) broken(organizationId, previous.seq + 1);
      previous = { seq: row.seq, hash: hashOf(previous.hash, auditEventView(row)) };
      sealed.push(previous);
    }
    await writeUnaudited(db, "sealing the audit chain", [sealAuditEvents(db, organizationId, sealed)]);
    if (rows.length < atOnce) return;
  }
}

/** For those who look at the chain: one that cannot be sealed is theirs to see. */
export async function sealAsFarAsPossible(
  platform: Pick<Platform, "db" | "log">,
  organizationId: OrganizationId,
): Promise<void> {
  try {
    await seal(platform, organizationId);
  } catch (error) {
    platform.log.error("an audit chain could not be sealed", { organizationId }, error);
  }
}

function broken(organizationId: OrganizationId, seq: number): never {
  throw new Error(
    `the audit chain of ${organizationId} cannot be sealed: event ${seq} is missing or unsealed`,
  );
}

/** The place that the event `seq` stands on. Throws when it is not there. */
export async function pointBefore(
  db: Platform["db"],
  organizationId: OrganizationId,
  seq: number,
): Promise<ChainPoint> {
  if (seq <= 1) return genesis;
  const [row] = await auditHashes(db, organizationId, [seq - 1]);
  if (row?.hash) return { seq: seq - 1, hash: row.hash };
  const anchor = row ? undefined : await findAuditAnchor(db, organizationId);
  return anchor?.seq === seq - 1 ? { seq: anchor.seq, hash: anchor.hash } : broken(organizationId, seq - 1);
}
