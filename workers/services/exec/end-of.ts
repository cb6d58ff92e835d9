import { openExecSessionsOf } from "../../../db/queries/exec-sessions.ts";
import type { OrganizationId } from "../../../domain/ids.ts";
import type { Platform } from "../context.ts";

/** Ends what somebody runs who counts no more here: a person, with all their keys, or one key. */
export async function endSessionsOf(
  platform: Platform,
  organizationId: OrganizationId,
  who: string,
): Promise<void> {
  const rows = await openExecSessionsOf(platform.db, organizationId, who);
  await Promise.all(
    rows.map(({ id, fleetId }) => platform.stream(id).end({ organizationId, fleetId }, "ended")),
  );
}
