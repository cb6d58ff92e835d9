import { z } from "zod";
import type { TeamId } from "../../domain/ids.ts";
import { roleName } from "./access.ts";
import { displayName, id, receipt, timestamp } from "./shared.ts";

export const domainName = z
  .string()
  .trim()
  .toLowerCase()
  .max(253)
  .regex(/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/, {
    error: "must be a domain such as example.com, in ASCII",
  });

export const ssoDomain = z
  .object({
    id: id("ssoDomain"),
    connectionId: id("ssoConnection"),
    domain: z.string().meta({ example: "example.com" }),
    record: z
      .object({
        type: z.literal("TXT"),
        name: z.string().meta({ example: "_muster.example.com" }),
        value: z.string().meta({ example: "muster-verification=…" }),
      })
      .meta({ description: "The DNS record that proves the domain yours" }),
    verifiedAt: timestamp.nullable(),
    createdAt: timestamp,
  })
  .meta({ id: "SsoDomain" });
export type SsoDomain = z.infer<typeof ssoDomain>;

const teamId = id("team") as unknown as z.ZodType<TeamId>;

/** What a group of the identity provider gives: a role, a team, or both. */
export const groupRole = z
  .object({
    group: z.string().meta({ description: "As the provider names it" }),
    role: roleName.nullable(),
    teamId: teamId.nullable(),
  })
  .meta({ id: "SsoGroupRole" });
const groupRoleInput = z
  .strictObject({
    group: z.string().min(1).max(200),
    role: roleName.nullable().default(null),
    teamId: teamId.nullable().default(null),
  })
  .refine((one) => one.role !== null || one.teamId !== null, {
    error: "must give a role, a team or both",
  });

export const ssoConnection = z
  .object({
    id: id("ssoConnection"),
    organizationId: id("organization"),
    name: z.string(),
    issuer: z.string(),
    clientId: z.string(),
    clientSecretSet: z
      .boolean()
      .meta({ description: "Whether we hold a client secret; it is never shown again" }),
    scopes: z.array(z.string()),
    groupsClaim: z.string(),
    groupRoles: z.array(groupRole),
    defaultRole: roleName
      .nullable()
      .meta({ description: "Of who belongs to no mapped group; null = refused" }),
    enabled: z.boolean(),
    redirectUri: z.string().meta({ description: "To register at the identity provider" }),
    domains: z.array(ssoDomain),
    version: z.number().int().meta({ description: "Rises with each edit" }),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: "SsoConnection" });
export type SsoConnection = z.infer<typeof ssoConnection>;

const issuer = z
  .url({ protocol: /^https?$/, error: "must be an https:// address" })
  .max(500)
  .refine((text) => !/[?#]|\/\.well-known\//.test(text), {
    error: "must be the issuer alone: no query, no fragment, no /.well-known/ path",
  })
  .meta({ example: "https://login.example.com" });
const clientId = z.string().trim().min(1).max(500);
const clientSecret = z
  .string()
  .max(1000)
  .meta({ description: "Empty = a public client, which PKCE alone protects" });
const scopes = z
  .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/, { error: "must be a scope without spaces" }))
  .max(20)
  .refine((all) => all.includes("openid"), { error: "must hold openid" });
const groupsClaim = z.string().min(1).max(200);
const groupRoles = z.array(groupRoleInput).max(200).meta({
  description: "Where several groups match, the first one's role is the member's; the others are added",
});

export const createSsoConnectionBody = z.strictObject({
  name: displayName,
  issuer,
  clientId,
  clientSecret: clientSecret.default(""),
  scopes: scopes.default(["openid", "email", "profile"]),
  groupsClaim: groupsClaim.default("groups"),
  groupRoles: groupRoles.default([]),
  defaultRole: roleName.nullable().default(null),
  enabled: z.boolean().default(false),
});
export type CreateSsoConnectionBody = z.output<typeof createSsoConnectionBody>;

/** The issuer stays: who may be signed in by it was proved for this one. */
export const updateSsoConnectionBody = z.strictObject({
  name: displayName.optional(),
  clientId: clientId.optional(),
  clientSecret: clientSecret.optional(),
  scopes: scopes.optional(),
  groupsClaim: groupsClaim.optional(),
  groupRoles: groupRoles.optional(),
  defaultRole: roleName.nullable().optional(),
  enabled: z.boolean().optional(),
});
export type UpdateSsoConnectionBody = z.output<typeof updateSsoConnectionBody>;

export const addSsoDomainBody = z.strictObject({ domain: domainName });

/** What was tried at the provider, in order; after the first that fails, nothing more is tried. */
export const ssoTest = z
  .object({
    ok: z.boolean(),
    checks: z.array(
      z.object({
        name: z.enum(["discovery", "endpoints", "features", "keys", "client", "domains"]),
        ok: z.boolean(),
        detail: z.string().meta({ description: "What was found; of a failure the cause, then the fix" }),
      }),
    ),
  })
  .meta({ id: "SsoTest" });
export type SsoTest = z.infer<typeof ssoTest>;

/** What a deletion leaves behind is in the receipt's warnings. */
export const deletedSso = z.object({ receipt }).meta({ id: "DeletedSso" });

export const ssoPolicy = z
  .object({
    requireSso: z.boolean(),
    obstacle: z
      .string()
      .nullable()
      .meta({ description: "Why you cannot require it now: the cause, then the fix; null = you can" }),
  })
  .meta({ id: "SsoPolicy" });
export type SsoPolicy = z.infer<typeof ssoPolicy>;
export const updateSsoPolicyBody = z.strictObject({ requireSso: z.boolean() });

export const discoverSsoBody = z.strictObject({
  email: z.email({ error: "must be an e-mail address" }).max(254),
});
/** Told by the domain alone, so that it tells nothing of accounts. */
export const discoveredSso = z
  .object({
    connection: z
      .object({ id: id("ssoConnection"), name: z.string(), organizationName: z.string() })
      .nullable(),
    required: z.boolean().meta({ description: "Whether the organization takes no other sign-in" }),
  })
  .meta({ id: "DiscoveredSso" });
export type DiscoveredSso = z.infer<typeof discoveredSso>;

/** A path of the dashboard: `/fleets`. */
export const returnTo = z
  .string()
  .max(500)
  .regex(/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/, { error: "must be a path of the dashboard such as /fleets" });

export const startSsoBody = z.strictObject({
  connection: id("ssoConnection"),
  returnTo: returnTo.optional(),
  email: z
    .email({ error: "must be an e-mail address" })
    .max(254)
    .optional()
    .meta({ description: "Spares the person typing it again at the provider" }),
});
export const startedSso = z
  .object({ url: z.url().meta({ description: "Where to send the browser" }) })
  .meta({ id: "StartedSso" });

/** `?sso=` of the sign-in page that a sign-in by single sign-on comes back to when it fails. */
export const ssoFailures = [
  /** Too old, used before, begun in another browser, or not ours. */
  "state_invalid",
  /** The provider sent an error instead of a person. */
  "provider_refused",
  /** What the provider sent does not hold. */
  "answer_invalid",
  /** The provider could not be reached or is set up wrongly. */
  "provider_unavailable",
  /** Switched off, or deleted, meanwhile. */
  "connection_disabled",
  "email_unverified",
  "domain_not_verified",
  /** The provider knows this address by another subject than before. */
  "identity_changed",
  "no_role",
  "quota_exceeded",
  "unavailable",
] as const;
export type SsoFailure = (typeof ssoFailures)[number];

/** What the identity provider sends the browser back with. */
export const ssoCallbackQuery = z.object({
  state: z.string().max(500).optional(),
  code: z.string().max(4000).optional(),
  iss: z.string().max(500).optional(),
  error: z.string().max(200).optional(),
});
