import { importJWK, type JWK, SignJWT } from "jose";
import { sha256Hex } from "../../domain/configs/hash.ts";
import type { AgentId } from "../../domain/ids.ts";
import { hexToBytes } from "../../protocol/opamp/uid.ts";
import { type AgentClaims, credentialAlgorithm } from "../../protocol/rpc/credentials.ts";
import type { FleetScope } from "../../protocol/rpc/fleet.ts";
import type { ServerMessage } from "./sessions.ts";

const dayMs = 86_400_000;
/** An agent's own credential holds so long; it gets the next one when it dials in after half of it. */
export const credentialDays = 365;
export const renewAfterMs = (credentialDays * dayMs) / 2;

/** Mints agents' own credentials with the Ed25519 key of `CREDENTIAL_PRIVATE_KEY` (JWK as JSON). */
export class CredentialMint {
  readonly #jwk: string;
  #key: ReturnType<typeof importJWK> | null = null;

  constructor(jwk: string) {
    this.#jwk = jwk;
  }

  async mint(scope: FleetScope, agentId: AgentId, generation: number, nowMs: number): Promise<string> {
    this.#key ??= this.#import();
    const claims: AgentClaims = {
      typ: "agent",
      org: scope.organizationId,
      flt: scope.fleetId,
      agt: agentId,
      gen: generation,
      exp: Math.floor((nowMs + credentialDays * dayMs) / 1000),
    };
    return new SignJWT({ ...claims }).setProtectedHeader({ alg: credentialAlgorithm }).sign(await this.#key);
  }

  async #import(): ReturnType<typeof importJWK> {
    try {
      return await importJWK(JSON.parse(this.#jwk) as JWK, credentialAlgorithm);
    } catch {
      this.#key = null;
      // Without the cause, which may quote the key.
      throw new Error("CREDENTIAL_PRIVATE_KEY cannot be read: set it to an Ed25519 key as JWK JSON");
    }
  }
}

/**
 * The offer that makes an agent dial with its own credential. Clients replace their whole server section by it, take
 * the heartbeat from every offer, skip certificate checks when there is no TLS part, and need a hash: all are sent.
 */
export function credentialOffer(
  endpoint: string,
  credential: string,
  heartbeatMs: number,
): Pick<ServerMessage, "connectionSettings"> {
  return {
    connectionSettings: {
      hash: hexToBytes(sha256Hex(`${endpoint}\n${credential}`)),
      opamp: {
        destinationEndpoint: endpoint,
        headers: { headers: [{ key: "Authorization", value: `Bearer ${credential}` }] },
        heartbeatIntervalSeconds: BigInt(Math.max(1, Math.round(heartbeatMs / 1000))),
        tls: { includeSystemCaCertsPool: true, insecureSkipVerify: false, minVersion: "1.2" },
      },
    },
  };
}
