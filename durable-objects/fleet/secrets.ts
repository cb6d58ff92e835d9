import {
  open,
  parseMasterKeys,
  secretContext,
  unwrapKey,
  type WrappedKey,
} from "../../domain/secrets/envelope.ts";
import type { SealedSecrets } from "../../protocol/rpc/fleet.ts";
import type { Tx } from "./parts.ts";

/**
 * The values of the secrets that the fleet's releases name, as sealed as they came. They are opened in memory, to be sent
 * to an agent or to be recognised in what one reports, and never stored otherwise.
 */
export class FleetSecrets {
  readonly #sql: SqlStorage;
  readonly #masterKeys: string | undefined;
  readonly #organizationId: () => string;
  readonly #texts = new Map<string, string>();

  /** `masterKeys`: the Worker's SECRETS_KEYS. */
  constructor(sql: SqlStorage, masterKeys: string | undefined, organizationId: () => string) {
    this.#sql = sql;
    this.#masterKeys = masterKeys;
    this.#organizationId = organizationId;
  }

  keep(tx: Tx, { values, keys }: SealedSecrets): void {
    this.setKeys(tx, keys);
    for (const { versionId, keyId, sealed } of values) {
      tx.sql.exec(
        "INSERT INTO sealed_secrets (version_id, key_id, sealed) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        versionId,
        keyId,
        sealed,
      );
    }
  }

  /** Data keys as they are wrapped now: after a change of the master key nothing else changes. */
  setKeys(tx: Tx, keys: readonly WrappedKey[]): void {
    for (const { id, wrapped, masterKeyId } of keys) {
      tx.sql.exec(
        `INSERT INTO data_keys (id, wrapped, master_key_id) VALUES (?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET wrapped = excluded.wrapped, master_key_id = excluded.master_key_id`,
        id,
        wrapped,
        masterKeyId,
      );
    }
  }

  /** @throws Error when it is not held, or its key cannot be unwrapped */
  text(versionId: string): string {
    const known = this.#texts.get(versionId);
    if (known !== undefined) return known;
    const row = this.#sql
      .exec<{ sealed: string; id: string; wrapped: string; masterKeyId: string }>(
        `SELECT sealed, id, wrapped, master_key_id AS masterKeyId
         FROM sealed_secrets JOIN data_keys ON data_keys.id = sealed_secrets.key_id WHERE version_id = ?`,
        versionId,
      )
      .toArray()[0];
    if (!row) throw new Error(`The secret version ${versionId} is not held`);
    const organizationId = this.#organizationId();
    const key = unwrapKey(this.#masters(), organizationId, row);
    const text = new TextDecoder().decode(open(key, secretContext(organizationId, versionId), row.sealed));
    this.#texts.set(versionId, text);
    return text;
  }

  /** Ids of the versions that are held. */
  versionIds(): string[] {
    return this.#sql
      .exec<{ id: string }>("SELECT version_id AS id FROM sealed_secrets")
      .toArray()
      .map(({ id }) => id);
  }

  dropUnused(tx: Tx, used: ReadonlySet<string>): void {
    for (const id of this.versionIds()) {
      if (used.has(id)) continue;
      tx.sql.exec("DELETE FROM sealed_secrets WHERE version_id = ?", id);
      this.#texts.delete(id);
    }
  }

  #masters() {
    if (!this.#masterKeys) throw new Error("SECRETS_KEYS is not set, so that no secret can be opened");
    return parseMasterKeys(this.#masterKeys);
  }
}
