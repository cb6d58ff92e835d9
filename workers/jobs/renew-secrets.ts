import { writeUnaudited } from "../../db/batch.ts";
import { fleetsOwedKeys, organizationsWithOldKeys } from "../../db/queries/system.ts";
import type { Platform } from "../services/context.ts";
import { reseal, rewrapStatements } from "../services/secrets-key/renew.ts";
import { tellKeys } from "../services/secrets-key/tell.ts";

const organizationsAtOnce = 50;
const fleetsAtOnce = 50;

/** Data keys that an older master key wraps, values that an older data key seals, and fleets that know of neither. */
export async function renewSecrets(platform: Platform): Promise<void> {
  const { db, vault } = platform;
  for (const id of await organizationsWithOldKeys(db, vault.masterKeyId, organizationsAtOnce)) {
    try {
      const statements = await rewrapStatements(platform, id);
      if (statements.length > 0) await writeUnaudited(db, "sealing secrets anew", statements);
      await reseal(platform, id);
    } catch (error) {
      platform.log.error("an organization's secrets were not sealed anew", { organizationId: id }, error);
    }
  }
  const owed = await fleetsOwedKeys(db, fleetsAtOnce);
  await Promise.all(owed.map((fleet) => tellKeys(platform, fleet)));
}
