import { Secret, TOTP } from "otpauth";

/** RFC 6238 as every authenticator app has it. */
const periodSeconds = 30;
const parameters = { algorithm: "SHA1", digits: 6, period: periodSeconds } as const;
/** Clocks of phones are wrong by seconds: the code before and the one after count too. */
const window = 1;

/** 160 bits, base32. */
export const newTotpSecret = (): string => new Secret({ size: 20 }).base32;

/** The `otpauth://` address that an authenticator app reads from a QR code. */
export function totpUri(secret: string, email: string, issuer: string): string {
  return new TOTP({ ...parameters, issuer, label: email, secret }).toString();
}

/** The time step whose code (`492039` or `492 039`) this is, within one step of now; null = no such code. */
export function totpStepOf(secret: string, code: string, nowMs: number): number | null {
  const delta = new TOTP({ ...parameters, secret }).validate({
    token: code.replace(" ", ""),
    timestamp: nowMs,
    window,
  });
  return delta === null ? null : Math.floor(nowMs / 1000 / periodSeconds) + delta;
}
