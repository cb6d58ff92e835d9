import { importJWK, type JWK, SignJWT } from "jose";
import type { AgentId, StreamId } from "../../domain/ids.ts";
import { type StreamKind, type StreamSide, ticketSeconds } from "../../domain/streams/streams.ts";
import { credentialAlgorithm } from "../../protocol/rpc/credentials.ts";
import type { FleetScope } from "../../protocol/rpc/fleet.ts";
import type { StreamClaims } from "../../protocol/rpc/streams.ts";

export interface TicketFor {
  streamId: StreamId;
  agentId: AgentId;
  kind: StreamKind;
  side: StreamSide;
}

/** Mints tickets of streams with the key that signs agents' credentials. Each is good for one dial. */
export class StreamTickets {
  readonly #key: () => ReturnType<typeof importJWK>;

  /** `jwk`: an Ed25519 private key as JSON, which `CredentialMint` has complained of if it cannot be read. */
  constructor(jwk: string) {
    this.#key = () => importJWK(JSON.parse(jwk) as JWK, credentialAlgorithm);
  }

  async mint(
    scope: FleetScope,
    of: TicketFor,
    nowMs: number,
  ): Promise<{ ticket: string; expiresAtMs: number }> {
    const expiresAtMs = (Math.floor(nowMs / 1000) + ticketSeconds) * 1000;
    const claims: StreamClaims = {
      typ: "stream",
      org: scope.organizationId,
      flt: scope.fleetId,
      agt: of.agentId,
      str: of.streamId,
      side: of.side,
      kind: of.kind,
      jti: crypto.randomUUID(),
      exp: expiresAtMs / 1000,
    };
    const ticket = await new SignJWT({ ...claims })
      .setProtectedHeader({ alg: credentialAlgorithm })
      .sign(await this.#key());
    return { ticket, expiresAtMs };
  }
}
