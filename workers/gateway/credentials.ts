import { errors, jwtVerify } from "jose";
import { credentialAlgorithm, credentialClaims, maxCredentialChars } from "../../protocol/rpc/credentials.ts";
import type { AgentPrincipal } from "../../protocol/rpc/fleet.ts";

type WhoIsIt = Omit<AgentPrincipal & { kind: "agent" }, "opampEndpoint"> | Enrolling;
type Enrolling = Omit<AgentPrincipal & { kind: "enrollment_token" }, "opampEndpoint">;

/** `problem` says the cause, then the fix. */
export type Verified = { ok: true; who: WhoIsIt } | { ok: false; problem: string };

const bad = (problem: string): Verified => ({ ok: false, problem });

/** Reads `Authorization: Bearer <credential>`. No look-up: the signature, the expiry and the claims must hold. */
export async function verifyCredential(
  authorization: string | null,
  publicKey: CryptoKey,
  nowMs: number,
): Promise<Verified> {
  const credential = /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1];
  if (!credential) return bad("There is no agent credential: send `Authorization: Bearer <enrolment token>`");
  if (credential.length > maxCredentialChars) return bad("The credential is too long to be one of ours");
  let payload: unknown;
  try {
    const options = { algorithms: [credentialAlgorithm], currentDate: new Date(nowMs) };
    payload = (await jwtVerify(credential, publicKey, options)).payload;
  } catch (error) {
    return bad(
      error instanceof errors.JWTExpired
        ? "The credential has expired: enrol with a new token"
        : "The credential was not signed by this server: use an enrolment token of this fleet",
    );
  }
  const parsed = credentialClaims.safeParse(payload);
  if (!parsed.success) return bad("The credential is not an agent's: use an enrolment token of this fleet");
  const claims = parsed.data;
  const scope = { organizationId: claims.org, fleetId: claims.flt };
  if (claims.typ === "agent") {
    return { ok: true, who: { ...scope, kind: "agent", agentId: claims.agt, generation: claims.gen } };
  }
  return {
    ok: true,
    who: {
      ...scope,
      kind: "enrollment_token",
      tokenId: claims.tok,
      labels: claims.labels,
      maxUses: claims.max,
      expiresAtMs: claims.exp === undefined ? null : claims.exp * 1000,
    },
  };
}
