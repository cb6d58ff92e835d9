import { refuse } from "../../domain/errors.ts";
import type { OrganizationId } from "../../domain/ids.ts";
import {
  open,
  parseMasterKeys,
  seal,
  secretContext,
  unwrapKey,
  type WrappedKey,
  wrapKey,
} from "../../domain/secrets/envelope.ts";

/**
 * Seals what people give as secrets. It answers no value: only fleets open what was sealed, to send it to an agent. Every
 * method that unwraps a key refuses with `unavailable` when its master key is not in the ring.
 */
export interface Vault {
  /** The master key that wraps from now on. */
  masterKeyId: string;
  /** A new data key of the organization. */
  makeKey(organizationId: OrganizationId, id: string): WrappedKey;
  /** The same data key, wrapped by the master key that is current. */
  rewrap(organizationId: OrganizationId, key: WrappedKey): WrappedKey;
  seal(organizationId: OrganizationId, key: WrappedKey, versionId: string, value: string): string;
  /** The same value under another data key. */
  reseal(
    organizationId: OrganizationId,
    keys: { from: WrappedKey; to: WrappedKey },
    versionId: string,
    sealed: string,
  ): string;
}

const randomIv = (): Uint8Array => crypto.getRandomValues(new Uint8Array(12));

/** @throws Error that says what is wrong with the ring, and no key */
export function openVault(ring: string): Vault {
  const masters = parseMasterKeys(ring);
  const unwrap = (organizationId: OrganizationId, key: WrappedKey): Uint8Array => {
    try {
      return unwrapKey(masters, organizationId, key);
    } catch {
      return refuse(
        "unavailable",
        `The API's Worker cannot open what the master key ${key.masterKeyId} guards. Give it the SECRETS_KEYS that has this key, then try again.`,
      );
    }
  };
  return {
    masterKeyId: masters.current,
    makeKey: (organizationId, id) =>
      wrapKey(masters, randomIv(), organizationId, id, crypto.getRandomValues(new Uint8Array(32))),
    rewrap: (organizationId, key) =>
      wrapKey(masters, randomIv(), organizationId, key.id, unwrap(organizationId, key)),
    seal: (organizationId, key, versionId, value) =>
      seal(
        unwrap(organizationId, key),
        randomIv(),
        secretContext(organizationId, versionId),
        new TextEncoder().encode(value),
      ),
    reseal(organizationId, { from, to }, versionId, sealed) {
      const context = secretContext(organizationId, versionId);
      const value = open(unwrap(organizationId, from), context, sealed);
      return seal(unwrap(organizationId, to), randomIv(), context, value);
    },
  };
}
