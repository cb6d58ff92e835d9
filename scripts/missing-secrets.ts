import { generateSigningKeys, type SigningKeys } from "./runtime/keys.ts";

/** Names of the secrets that each Worker has. */
export interface HeldSecrets {
  fleets: ReadonlySet<string>;
  muster: ReadonlySet<string>;
}

export interface MissingSecrets {
  /** What `.deploy-keys.json` must hold from now on. */
  keys: Partial<SigningKeys>;
  /** Whether that is more than what it held. */
  isNew: boolean;
  /** To set, by deployable. */
  secrets: Record<"muster-fleets" | "muster", Partial<SigningKeys>>;
}

const own = ["ACCESS_PRIVATE_KEY", "WEBHOOK_SECRET"] as const;

/**
 * The secrets to set. Both Workers must hold the same credential key, so it is set on both or on neither. Keys that
 * are in use already are not made anew: a backup must never hold a key that nothing uses.
 * `kept`: what an earlier deploy left, maybe of a version that knew fewer keys; null = nothing.
 * @throws Error when one Worker alone has the credential key, and it is not kept
 */
export function missingSecrets(held: HeldSecrets, kept: Partial<SigningKeys> | null): MissingSecrets {
  const holders = [held.fleets, held.muster].filter((names) => names.has("CREDENTIAL_PRIVATE_KEY"));
  if (holders.length === 1 && kept?.CREDENTIAL_PRIVATE_KEY === undefined) {
    throw new Error(
      "CREDENTIAL_PRIVATE_KEY is set on one of the two Workers only, and .deploy-keys.json does not hold it. Agents trust one key: put your backup of .deploy-keys.json back, or delete the secret (npx wrangler secret delete CREDENTIAL_PRIVATE_KEY) to begin with a new key and enrol every agent again.",
    );
  }
  const shared = holders.length === 2 ? [] : (["CREDENTIAL_PRIVATE_KEY"] as const);
  const missing = [...shared, ...own.filter((name) => !held.muster.has(name))];
  const known = { ...generateSigningKeys(), ...kept };
  const pick = (names: readonly (keyof SigningKeys)[]): Partial<SigningKeys> =>
    Object.fromEntries(names.map((name) => [name, known[name]]));
  return {
    keys: { ...kept, ...pick(missing) },
    isNew: missing.some((name) => kept?.[name] === undefined),
    secrets: { "muster-fleets": pick(shared), muster: pick(missing) },
  };
}
