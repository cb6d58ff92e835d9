import { z } from "zod";
import { displayName, id, timestamp } from "./shared.ts";

const base64url = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[A-Za-z0-9_-]+$/, { error: "must be base64url" });

/** What browsers make of a passkey. Not strict, unlike our own bodies: browsers add members as WebAuthn grows. */
const credential = {
  id: base64url(1400),
  rawId: base64url(1400),
  type: z.literal("public-key"),
};

/** `RegistrationResponseJSON` of WebAuthn. */
export const passkeyRegistration = z
  .object({
    ...credential,
    response: z.object({
      clientDataJSON: base64url(8000),
      attestationObject: base64url(60_000),
      transports: z.array(z.string().max(40)).max(10).optional(),
    }),
  })
  .meta({ id: "PasskeyRegistration", description: "`RegistrationResponseJSON` of WebAuthn" });
export type PasskeyRegistration = z.infer<typeof passkeyRegistration>;

/** `AuthenticationResponseJSON` of WebAuthn. */
export const passkeyAssertion = z
  .object({
    ...credential,
    response: z.object({
      clientDataJSON: base64url(8000),
      authenticatorData: base64url(8000),
      signature: base64url(8000),
      userHandle: base64url(200).nullish(),
    }),
  })
  .meta({ id: "PasskeyAssertion", description: "`AuthenticationResponseJSON` of WebAuthn" });
export type PasskeyAssertion = z.infer<typeof passkeyAssertion>;

const descriptor = z.object({
  id: z.string(),
  type: z.literal("public-key"),
  transports: z.array(z.string()),
});
const passkeyChallenge = z.string().meta({ description: "base64url; counts once, and for five minutes" });

/** For `navigator.credentials.create`. */
export const passkeyCreation = z
  .object({
    challenge: passkeyChallenge,
    rp: z.object({ id: z.string(), name: z.string() }),
    user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
    pubKeyCredParams: z.array(z.object({ type: z.literal("public-key"), alg: z.number().int() })),
    timeout: z.number().int().meta({ description: "Milliseconds, as WebAuthn has it" }),
    attestation: z.literal("none"),
    excludeCredentials: z.array(descriptor),
    authenticatorSelection: z.object({
      residentKey: z.literal("required"),
      requireResidentKey: z.literal(true),
      userVerification: z.literal("required"),
    }),
  })
  .meta({ id: "PasskeyCreation", description: "`PublicKeyCredentialCreationOptionsJSON` of WebAuthn" });
export type PasskeyCreation = z.infer<typeof passkeyCreation>;

/** For `navigator.credentials.get`. */
export const passkeyRequest = z
  .object({
    challenge: passkeyChallenge,
    rpId: z.string(),
    timeout: z.number().int().meta({ description: "Milliseconds, as WebAuthn has it" }),
    userVerification: z.literal("required"),
    allowCredentials: z.array(descriptor).meta({ description: "Empty = any passkey of this site" }),
  })
  .meta({ id: "PasskeyRequest", description: "`PublicKeyCredentialRequestOptionsJSON` of WebAuthn" });
export type PasskeyRequest = z.infer<typeof passkeyRequest>;

export const passkey = z
  .object({
    id: id("passkey"),
    name: z.string(),
    synced: z.boolean().meta({ description: "Copied to the person's other devices by whoever keeps it" }),
    createdAt: timestamp,
    lastUsedAt: timestamp.nullable(),
  })
  .meta({ id: "Passkey" });
export type Passkey = z.infer<typeof passkey>;

/** With which a person shows to be there beside the password. */
export const factors = z
  .object({
    totp: z
      .object({ confirmedAt: timestamp })
      .nullable()
      .meta({ description: "null = no authenticator app" }),
    recoveryCodes: z
      .object({ left: z.number().int(), createdAt: timestamp })
      .nullable()
      .meta({ description: "null = none were ever made" }),
    passkeys: z.array(passkey),
    passkeysRefused: z
      .string()
      .nullable()
      .meta({ description: "Why passkeys are not possible at this address, null = they are" }),
    requiredBy: z
      .array(z.object({ id: id("organization"), name: z.string() }))
      .meta({ description: "Your organizations that ask their people for a second factor" }),
  })
  .meta({ id: "Factors" });
export type Factors = z.infer<typeof factors>;

/** After a change. The codes are shown this once. */
export const changedFactors = z
  .object({
    factors,
    recoveryCodes: z
      .array(z.string())
      .nullable()
      .meta({ description: "New recovery codes, shown once; each counts once. null = the old ones go on" }),
  })
  .meta({ id: "ChangedFactors" });
export type ChangedFactors = z.infer<typeof changedFactors>;

export const startedTotp = z
  .object({
    secret: z.string().meta({ description: "base32, to type into an authenticator app" }),
    uri: z.string().meta({ description: "The same as `otpauth://` address, for a QR code" }),
  })
  .meta({ id: "StartedTotp" });
export type StartedTotp = z.infer<typeof startedTotp>;

/** Six digits, as an authenticator app shows them. */
export const totpCode = z
  .string()
  .regex(/^\d{3} ?\d{3}$/, { error: "must be the six digits that the authenticator app shows now" })
  .meta({ example: "492039" });
export const recoveryCode = z.string().min(1).max(60).meta({ example: "7KQ2-M9RD-X4TP-8HWC-VN3E-ZB6F" });

export const confirmTotpBody = z.strictObject({ code: totpCode });
export const addPasskeyBody = z.strictObject({ name: displayName, passkey: passkeyRegistration });
export const renamePasskeyBody = z.strictObject({ name: displayName });

const exactlyOne = "give exactly one of code, recoveryCode and passkey";
const given = (body: object) => Object.values(body).filter((one) => one !== undefined).length;

export const ticket = z
  .string()
  .min(1)
  .max(1000)
  .meta({ description: "From the answer to sign-in; counts for five minutes" });
export const secondFactorBody = z
  .strictObject({
    ticket,
    code: totpCode.optional(),
    recoveryCode: recoveryCode.optional(),
    passkey: passkeyAssertion.optional(),
  })
  .refine(({ ticket: _, ...shown }) => given(shown) === 1, { error: exactlyOne, path: ["code"] });

/** With a ticket: for the second step of that sign-in; without: for a sign-in by passkey alone. */
export const passkeyRequestBody = z.strictObject({ ticket: ticket.optional() });
export const passkeySignInBody = z.strictObject({ passkey: passkeyAssertion });

/** Whether an organization asks its people for a second factor. */
export const twoFactorPolicy = z
  .object({
    requireTwoFactor: z.boolean(),
    membersWithout: z
      .number()
      .int()
      .meta({ description: "Members who have no second factor: they are let in again once they do" }),
    obstacle: z
      .string()
      .nullable()
      .meta({ description: "Why you cannot require it now: the cause, then the fix; null = you can" }),
  })
  .meta({ id: "TwoFactorPolicy" });
export type TwoFactorPolicy = z.infer<typeof twoFactorPolicy>;
export const updateTwoFactorPolicyBody = z.strictObject({ requireTwoFactor: z.boolean() });
