import { z } from "zod";
import { signInMethods } from "../../domain/tenancy/sign-in.ts";
import { email, linkToken, password } from "./auth.ts";
import { passkeyAssertion, totpCode } from "./factors.ts";
import { displayName, id, timestamp } from "./shared.ts";

export const updateMeBody = z.strictObject({
  name: displayName
    .nullable()
    .meta({ description: "As others see you; null = your e-mail address is shown" }),
});

export const changePasswordBody = z.strictObject({
  currentPassword: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: "Left out only by an account that has no password yet" }),
  password,
});
export const changeEmailBody = z.strictObject({ email });
export const completeEmailChangeBody = z.strictObject({ token: linkToken });
export const emailChanged = z.object({ email: z.string() }).meta({ id: "EmailChanged" });

export const sessionsEnded = z
  .object({
    endedSessions: z.number().int().meta({ description: "How many sessions ended with it" }),
  })
  .meta({ id: "SessionsEnded" });

/**
 * Proves that the person is still there. Who has a second factor shows it too: a passkey alone, or the password and
 * a code.
 */
export const confirmBody = z
  .strictObject({
    password: z.string().min(1).max(200).optional(),
    code: totpCode.optional(),
    passkey: passkeyAssertion.optional(),
  })
  .refine((body) => Object.values(body).some((one) => one !== undefined), {
    error: "give your password, your password and a code, or a passkey",
    path: ["password"],
  });
export const confirmed = z
  .object({
    authenticatedAt: timestamp,
    recentUntil: timestamp.meta({ description: "Sensitive actions are open until then" }),
  })
  .meta({ id: "Confirmed" });

export const signedInDevice = z
  .object({
    id: id("session"),
    current: z.boolean().meta({ description: "This session asked" }),
    device: z.string().meta({
      description: "Browser and system, as far as the user agent tells",
      example: "Firefox on Linux",
    }),
    client: z.enum(["dashboard", "cli"]),
    address: z.string().meta({ description: "Where it was opened from; empty when nobody told" }),
    method: z.enum(signInMethods),
    secondFactor: z.boolean(),
    createdAt: timestamp,
    lastUsedAt: timestamp,
    expiresAt: timestamp,
  })
  .meta({ id: "SignedInDevice" });
export type SignedInDevice = z.infer<typeof signedInDevice>;

export const signOutEverywhereBody = z.strictObject({
  exceptThis: z.boolean().default(false).meta({ description: "Keeps the session that asks" }),
});

/** What happened to an account. For its person alone. */
export const accountEvent = z
  .object({
    id: id("accountEvent"),
    at: timestamp,
    action: z.string().meta({ description: "`noun.verb`", example: "session.create" }),
    summary: z.string(),
    address: z.string(),
    device: z.string(),
    requestId: z.string(),
  })
  .meta({ id: "AccountEvent" });
export type AccountEvent = z.infer<typeof accountEvent>;
