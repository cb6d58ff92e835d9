import { Secret } from "otpauth";
import { expect, it } from "vitest";
import { newTotpSecret, totpStepOf, totpUri } from "./totp.ts";

/** The secret of RFC 6238, appendix B; its codes there have eight digits, of which the last six are ours. */
const secret = Secret.fromUTF8("12345678901234567890").base32;

it.each([
  [59, "287082"],
  [1111111109, "081804"],
  [1111111111, "050471"],
  [1234567890, "005924"],
  [2000000000, "279037"],
  [20000000000, "353130"],
])("at %d s the code is %s", (seconds, code) => {
  const step = Math.floor(seconds / 30);
  expect(totpStepOf(secret, code, seconds * 1000)).toBe(step);
  expect(totpStepOf(secret, code.replace(/^.../, "$& "), (seconds + 30) * 1000)).toBe(step);
  expect(totpStepOf(secret, code, (seconds - 30) * 1000)).toBe(step);
  for (const away of [-60, 60]) expect(totpStepOf(secret, code, (seconds + away) * 1000)).toBeNull();
});

it("makes secrets of 160 bits, each once", () => {
  const secrets = Array.from({ length: 50 }, newTotpSecret);
  expect(new Set(secrets)).toHaveLength(50);
  for (const one of secrets) expect(one).toMatch(/^[A-Z2-7]{32}$/);
});

it("says in its address whose secret it is, and of what", () => {
  const uri = new URL(totpUri("JBSWY3DPEHPK3PXP", "ada+test@example.com", "Muster"));
  expect([uri.protocol, uri.host, decodeURIComponent(uri.pathname)]).toEqual([
    "otpauth:",
    "totp",
    "/Muster:ada+test@example.com",
  ]);
  expect(Object.fromEntries(uri.searchParams)).toEqual({
    issuer: "Muster",
    secret: "JBSWY3DPEHPK3PXP",
    algorithm: "SHA1",
    digits: "6",
    period: "30",
  });
});
