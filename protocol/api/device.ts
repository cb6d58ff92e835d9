/** Sign-in of a device without a browser, with the names of RFC 8628. */
import { z } from "zod";
import { id, timestamp } from "./shared.ts";

export const deviceGrantType = "urn:ietf:params:oauth:grant-type:device_code";

export const requestDeviceBody = z.strictObject({
  client: z.string().trim().min(1).max(100).default("A program").meta({
    description: "What the device says it is, as its person will read it",
    example: "muster on web-1",
  }),
});

export const deviceAuthorization = z
  .object({
    device_code: z.string().meta({ description: "For the device alone; it asks for its session with it" }),
    user_code: z.string().meta({ description: "For the person, who types it in", example: "BCDF-GHJK" }),
    verification_uri: z.string(),
    verification_uri_complete: z.string().meta({ description: "The page with the code filled in" }),
    expires_in: z.number().int().meta({ description: "Seconds" }),
    interval: z.number().int().meta({ description: "Seconds to wait between two questions" }),
  })
  .meta({ id: "DeviceAuthorization" });
export type DeviceAuthorization = z.infer<typeof deviceAuthorization>;

export const deviceTokenBody = z.strictObject({
  device_code: z.string().min(1).max(200),
  grant_type: z.literal(deviceGrantType).optional(),
});

/** `error` of a refused question for the session, beside the problem's `code`. */
export const deviceErrors = [
  "authorization_pending",
  "slow_down",
  "access_denied",
  "expired_token",
  "invalid_grant",
] as const;
export type DeviceError = (typeof deviceErrors)[number];

/** As the person reads it from the device; case, dashes and spaces do not matter. */
export const userCode = z
  .string()
  .max(20)
  .transform((text) => text.toUpperCase().replace(/[^A-Z]/g, ""))
  .refine((text) => text.length === 8, { error: "must be the 8 letters that the device shows" })
  .meta({ example: "BCDF-GHJK" });

export const findDeviceBody = z.strictObject({ userCode });
export const decideDeviceBody = z.strictObject({ userCode, decision: z.enum(["approve", "deny"]) });

/** Who asks to sign in as you. */
export const deviceRequest = z
  .object({
    userCode: z.string().meta({ example: "BCDF-GHJK" }),
    client: z.string(),
    address: z.string().meta({ description: "Where it asked from; empty when not known" }),
    createdAt: timestamp,
    expiresAt: timestamp,
    decision: z.enum(["approve", "deny"]).nullable(),
    sessionId: id("session")
      .nullable()
      .meta({ description: "What the device signs in with; revoke it to end that" }),
  })
  .meta({ id: "DeviceRequest" });
export type DeviceRequest = z.infer<typeof deviceRequest>;
