import { z } from "zod";
import { plans } from "../../domain/tenancy/plans.ts";
import { access, roleName } from "./access.ts";
import { displayName, id, slug, timestamp } from "./shared.ts";

export const email = z.email({ error: "must be an e-mail address" }).max(254);
export const password = z.string().min(12, { error: "use at least 12 characters" }).max(200);

export const signUpBody = z.strictObject({
  email,
  password,
  name: displayName.optional(),
  organizationName: displayName,
});

/** One that exists already: rules for new ones need not hold. */
const knownPassword = z.string().min(1).max(200);
export const signInBody = z.strictObject({ email, password: knownPassword });

/** The refresh token travels only in an HttpOnly cookie; a CLI sends it in the body instead. */
export const refreshBody = z.strictObject({ refreshToken: z.string().max(500).optional() });
export const signInQuery = z.strictObject({
  tokens: z
    .enum(["cookie", "body"])
    .default("cookie")
    .meta({ description: "`body` also answers the refresh token, for programs without cookies" }),
});

export const organization = z
  .object({
    id: id("organization"),
    name: z.string(),
    slug,
    plan: z.enum(plans),
    role: roleName,
    roleName: z.string(),
    access: access.meta({ description: "What you may do here: every list must allow" }),
    blocked: z
      .enum(["sso_required", "two_factor_required"])
      .nullable()
      .meta({ description: "Why nothing may be done in this session, though you belong here" }),
    deletedAt: timestamp.nullable(),
    createdAt: timestamp,
  })
  .meta({ id: "Organization" });
export type Organization = z.infer<typeof organization>;

export const user = z
  .object({
    id: id("user"),
    email: z.string(),
    name: z.string().nullable(),
    createdAt: timestamp,
    hasPassword: z.boolean().meta({ description: "false = signs in by passkey or single sign-on only" }),
  })
  .meta({ id: "User" });

export const session = z
  .object({
    accessToken: z.string(),
    expiresInSeconds: z.number().int(),
    refreshToken: z.string().optional(),
    user,
    organizations: z.array(organization),
  })
  .meta({ id: "Session" });
export type Session = z.infer<typeof session>;

/** What can be shown as a second factor, by what the account has. */
export const secondFactorMethods = ["totp", "recovery_code", "passkey"] as const;

export const secondFactorStep = z
  .object({
    secondFactor: z.object({
      ticket: z
        .string()
        .meta({ description: "Says that the password was right; goes to /v1/auth/second-factor" }),
      methods: z.array(z.enum(secondFactorMethods)),
      expiresInSeconds: z.number().int(),
    }),
  })
  .meta({ id: "SecondFactorStep" });
export type SecondFactorStep = z.infer<typeof secondFactorStep>;

/** A session, or what is still to be shown before there is one. */
export const signInAnswer = z.union([session, secondFactorStep]).meta({ id: "SignInAnswer" });
export type SignInAnswer = z.infer<typeof signInAnswer>;

/** The same whether there is such an account or not. */
export const linkSent = z
  .object({
    email: z.string().meta({ description: "Where the mail goes" }),
    expiresAt: timestamp.meta({ description: "Until when its link counts" }),
  })
  .meta({ id: "LinkSent" });
export type LinkSent = z.infer<typeof linkSent>;

/** The secret part of a link that was mailed. */
export const linkToken = z.string().min(1).max(200).meta({ description: "From the link in the mail" });
export const emailVerificationBody = z.strictObject({
  token: linkToken,
  password: knownPassword.meta({ description: "That of the sign-up, once more" }),
});
export const passwordResetBody = z.strictObject({ email });
export const completePasswordResetBody = z.strictObject({ token: linkToken, password });

/** What sign-up made in one atomic write, beside the session. */
export const signUpAnswer = session
  .extend({
    created: z.object({
      organization: id("organization"),
      project: id("project"),
      environment: id("environment"),
      fleet: id("fleet"),
    }),
  })
  .meta({ id: "SignUpAnswer" });

export const me = z
  .object({
    actor: z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("user"), user }),
      z.object({
        kind: z.literal("api_key"),
        apiKey: z.object({ id: id("apiKey"), name: z.string(), role: roleName }),
      }),
    ]),
    organizations: z.array(organization),
  })
  .meta({ id: "Me" });
export type Me = z.infer<typeof me>;
