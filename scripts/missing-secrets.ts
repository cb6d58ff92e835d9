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

/** What both Workers must hold alike, and what becomes of those who begin anew without the key that one of them has. */
const shared = {
  CREDENTIAL_PRIVATE_KEY: "Agents trust one key: enrol every agent again if you begin with a new one",
  SECRETS_KEYS:
    "Customers' secrets are sealed by it: every secret must be set again if you begin with a new one",
} as const satisfies Partial<Record<keyof SigningKeys, string>>;
const sharedNames = Object.keys(shared) as (keyof typeof shared)[];

/**
 * The secrets to set. What both Workers must hold alike is set on both or on neither. Keys that
 * are in use already are not made anew: a backup must never hold a key that nothing uses.
 * `kept`: what an earlier deploy left, maybe of a version that knew fewer keys; null = nothing.
 * @throws Error when one Worker alone has a key that both need, and it is not kept
 */
export function missingSecrets(held: HeldSecrets, kept: Partial<SigningKeys> | null): MissingSecrets {
  const missingShared = sharedNames.filter((name) => {
    const holders = [held.fleets, held.muster].filter((names) => names.has(name));
    if (holders.length === 1 && kept?.[name] === undefined) {
      throw new Error(
        `${name} is set on one of the two Workers only, and .deploy-keys.json does not hold it. Put your backup of .deploy-keys.json back, or delete the secret (npx wrangler secret delete ${name}) to begin with a new one. ${shared[name]}.`,
      );
    }
    return holders.length < 2;
  });
  const missing = [...missingShared, ...own.filter((name) => !held.muster.has(name))];
  const known = { ...generateSigningKeys(), ...kept };
  const pick = (names: readonly (keyof SigningKeys)[]): Partial<SigningKeys> =>
    Object.fromEntries(names.map((name) => [name, known[name]]));
  return {
    keys: { ...kept, ...pick(missing) },
    isNew: missing.some((name) => kept?.[name] === undefined),
    secrets: { "muster-fleets": pick(missingShared), muster: pick(missing) },
  };
}
