import { refuse } from "../../domain/errors.ts";
import {
  type MasterKeys,
  open,
  parseMasterKeys,
  secretContext,
  unwrapKey,
  type WrappedKey,
} from "../../domain/secrets/envelope.ts";
import { type KnownSecret, type Mask, secretMask } from "../../domain/secrets/mask.ts";
import type { SealedSecrets } from "../../protocol/rpc/fleet.ts";
import type { Tx } from "./parts.ts";

/** Answers what a version of a secret holds; null = it is not known here. */
export type SecretTexts = (versionId: string) => string | null;

/** Stands for a whole text in which no secret could be recognised. */
export const hiddenText = "•••••• (hidden: the secrets of this fleet cannot be opened)";

/** Versions that no agent is sent any more: the newest of them are still recognised. */
const unusedKept = 100;

type HeldSecret = { keyId: string; sealed: string };

/**
 * The values of the secrets that the fleet's releases name, as sealed as they came. They are opened in memory, to be sent
 * to an agent or to be recognised in what one reports, and never stored otherwise.
 */
export class FleetSecrets {
  readonly #sql: SqlStorage;
  readonly #ring: string | undefined;
  readonly #organizationId: () => string;
  readonly #texts = new Map<string, string>();
  readonly #alsoUsed: (() => string[])[] = [];
  #masters: MasterKeys | null = null;
  #mask: Mask | null = null;

  /** `ring`: the Worker's SECRETS_KEYS. */
  constructor(sql: SqlStorage, ring: string | undefined, organizationId: () => string) {
    this.#sql = sql;
    this.#ring = ring;
    this.#organizationId = organizationId;
  }

  /** What is sent otherwise than with a release. */
  alsoUsed(versionIds: () => string[]): void {
    this.#alsoUsed.push(versionIds);
  }

  /** After a failed block: what it kept is not held. */
  forget(): void {
    this.#texts.clear();
    this.#mask = null;
  }

  /** @throws DomainError `unavailable` when this Worker has not the master key that one of them needs */
  keep(tx: Tx, { values, keys }: SealedSecrets): void {
    this.#keepKeys(tx, keys);
    for (const { versionId, keyId, sealed, name, version } of values) {
      tx.sql.exec(
        `INSERT INTO sealed_secrets (version_id, key_id, sealed, name, version) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (version_id) DO UPDATE SET used = 1`,
        versionId,
        keyId,
        sealed,
        name,
        version,
      );
    }
    this.#mask = null;
  }

  /**
   * What is held, as it is sealed now: after a change of a key, no value and no hash is another.
   * @throws DomainError as `keep`
   */
  reseal(tx: Tx, { values, keys }: SealedSecrets): void {
    this.#keepKeys(tx, keys);
    for (const { versionId, keyId, sealed } of values) {
      tx.sql.exec(
        "UPDATE sealed_secrets SET key_id = ?, sealed = ? WHERE version_id = ?",
        keyId,
        sealed,
        versionId,
      );
    }
    tx.sql.exec("DELETE FROM data_keys WHERE id NOT IN (SELECT key_id FROM sealed_secrets)");
  }

  #keepKeys(tx: Tx, keys: readonly WrappedKey[]): void {
    for (const key of keys) {
      this.#unwrap(key);
      tx.sql.exec(
        `INSERT INTO data_keys (id, wrapped, master_key_id) VALUES (?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET wrapped = excluded.wrapped, master_key_id = excluded.master_key_id`,
        key.id,
        key.wrapped,
        key.masterKeyId,
      );
    }
  }

  /** @throws Error when it is not held, DomainError `unavailable` when it cannot be opened */
  text(versionId: string): string {
    let text = this.#texts.get(versionId);
    if (text === undefined) {
      const held = this.#held(versionId);
      if (!held) throw new Error(`The secret version ${versionId} is not held`);
      const key = this.#sql
        .exec<{ id: string; wrapped: string; masterKeyId: string }>(
          "SELECT id, wrapped, master_key_id AS masterKeyId FROM data_keys WHERE id = ?",
          held.keyId,
        )
        .one();
      text = this.#open(versionId, held.sealed, this.#unwrap(key));
      this.#texts.set(versionId, text);
    }
    return text;
  }

  /** Of what an order brings, and of what is held. Nothing is kept: the order may be refused. */
  textsWith({ values, keys }: SealedSecrets = { values: [], keys: [] }): SecretTexts {
    const dataKeys = new Map(keys.map((key) => [key.id, this.#unwrap(key)]));
    const brought = new Map(values.map((value) => [value.versionId, value]));
    return (versionId) => {
      const value = brought.get(versionId);
      const key = value && dataKeys.get(value.keyId);
      return key ? this.#open(versionId, value.sealed, key) : this.#textOrNull(versionId);
    };
  }

  canOpen(versionIds: Iterable<string>): boolean {
    for (const id of versionIds) if (this.#textOrNull(id) === null) return false;
    return true;
  }

  #textOrNull(versionId: string): string | null {
    try {
      return this.text(versionId);
    } catch {
      return null;
    }
  }

  /**
   * Masks every value that is held, in whatever an agent says. Where values cannot be opened nothing can be recognised, and
   * so nothing of the text is shown.
   */
  mask(text: string): string {
    if (text === "") return text;
    try {
      this.#mask ??= secretMask(this.#known());
    } catch {
      return hiddenText;
    }
    return this.#mask(text);
  }

  #known(): KnownSecret[] {
    return this.#sql
      .exec<{ versionId: string; secret: string; version: number }>(
        "SELECT version_id AS versionId, name AS secret, version FROM sealed_secrets ORDER BY version_id",
      )
      .toArray()
      .map(({ versionId, secret, version }) => ({ secret, version, text: this.text(versionId) }));
  }

  /** Ids of the versions that are held. */
  versionIds(): string[] {
    return this.#ids("");
  }

  /** Of those that an agent may still be sent. */
  usedIds(): string[] {
    return this.#ids("WHERE used = 1");
  }

  /** What no agent is sent any more is kept for a while, since one may still report it: then it is masked. */
  dropUnused(tx: Tx, used: ReadonlySet<string>): void {
    const others = new Set(this.#alsoUsed.flatMap((versionIds) => versionIds()));
    for (const id of this.usedIds()) {
      if (!used.has(id) && !others.has(id))
        tx.sql.exec("UPDATE sealed_secrets SET used = 0 WHERE version_id = ?", id);
    }
    this.drop(tx, this.#ids("WHERE used = 0").slice(0, -unusedKept));
  }

  /** Answers those that stay, because an agent may still be sent them. */
  drop(tx: Tx, versionIds: readonly string[]): string[] {
    const used = new Set(this.usedIds());
    for (const id of versionIds) {
      if (used.has(id)) continue;
      tx.sql.exec("DELETE FROM sealed_secrets WHERE version_id = ?", id);
      this.#texts.delete(id);
      this.#mask = null;
    }
    return versionIds.filter((id) => used.has(id));
  }

  /** Oldest first. */
  #ids(where: string): string[] {
    return this.#sql
      .exec<{ id: string }>(`SELECT version_id AS id FROM sealed_secrets ${where} ORDER BY version_id`)
      .toArray()
      .map(({ id }) => id);
  }

  #held(versionId: string): HeldSecret | undefined {
    return this.#sql
      .exec<HeldSecret>("SELECT key_id AS keyId, sealed FROM sealed_secrets WHERE version_id = ?", versionId)
      .toArray()[0];
  }

  #open(versionId: string, sealed: string, key: Uint8Array): string {
    const bytes = open(key, secretContext(this.#organizationId(), versionId), sealed);
    return new TextDecoder("utf-8", { fatal: false, ignoreBOM: true }).decode(bytes);
  }

  #unwrap(key: WrappedKey): Uint8Array {
    try {
      if (!this.#ring) throw new Error("SECRETS_KEYS is not set");
      this.#masters ??= parseMasterKeys(this.#ring);
      return unwrapKey(this.#masters, this.#organizationId(), key);
    } catch {
      return refuse(
        "unavailable",
        `The fleets' Worker cannot open what the master key ${key.masterKeyId} guards. Give it the same SECRETS_KEYS as the API, then try again.`,
      );
    }
  }
}
