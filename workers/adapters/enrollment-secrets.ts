import { SignJWT } from "jose";
import {
  credentialAlgorithm,
  type EnrollmentClaims,
  enrollmentClaims,
} from "../../protocol/rpc/credentials.ts";
import type { SigningKey } from "./signing-key.ts";

export type MintEnrollmentSecret = (claims: EnrollmentClaims) => Promise<string>;

/** The token that an agent enrols with: a JWT by the credential key, so that the gateway needs no look-up. */
export function enrollmentMint(key: Promise<SigningKey>): MintEnrollmentSecret {
  return async (claims) => {
    const { exp, ...rest } = enrollmentClaims.parse(claims);
    return new SignJWT(exp === undefined ? rest : { ...rest, exp })
      .setProtectedHeader({ alg: credentialAlgorithm })
      .sign((await key).privateKey);
  };
}
