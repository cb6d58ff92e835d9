import { z } from "zod";
import { roleName, scope } from "./access.ts";
import { displayName, id, pageQuery, receipt, timestamp } from "./shared.ts";

export const apiKeyOwner = z.union([id("user"), id("serviceAccount")]);

export const apiKey = z
  .object({
    id: id("apiKey"),
    organizationId: id("organization"),
    name: z.string(),
    role: roleName,
    roleName: z.string(),
    scope,
    prefix: z.string().meta({ description: "The first characters, to recognise it by" }),
    owner: apiKeyOwner.nullable().meta({
      description: "The person or service account that it stands for; null = of before there were any",
    }),
    ownerName: z.string().nullable(),
    createdBy: z.string(),
    createdAt: timestamp,
    lastUsedAt: timestamp.nullable().meta({ description: "To the hour" }),
    lastUsedAddress: z.string().nullable(),
    expiresAt: timestamp.nullable(),
    revokedAt: timestamp.nullable(),
    requestsPerMinute: z.number().int().nullable().meta({ description: "null = as the plan has it" }),
    replaces: id("apiKey").nullable().meta({ description: "The key that this one was rotated from" }),
  })
  .meta({ id: "ApiKey" });
export type ApiKey = z.infer<typeof apiKey>;

/** `GET /v1/orgs/{org}/api-keys`, oldest first */
export const listApiKeysQuery = pageQuery.extend({
  owner: apiKeyOwner.optional(),
});

/** `POST /v1/orgs/{org}/api-keys`: of the caller, or of a service account */
export const createApiKeyBody = z.strictObject({
  name: displayName,
  role: roleName.default("operator"),
  scope: scope.default({ kind: "organization" }),
  serviceAccountId: id("serviceAccount").optional().meta({ description: "Left out: it is the caller's own" }),
  expiresAt: timestamp.optional(),
  requestsPerMinute: z.number().int().min(1).max(1_000_000).optional(),
});
export const createdApiKey = apiKey
  .extend({ secret: z.string().meta({ description: "Shown once" }), receipt })
  .meta({ id: "CreatedApiKey" });
export type CreatedApiKey = z.infer<typeof createdApiKey>;

/** `POST /v1/api-keys/{key}/revoke` */
export const apiKeyChange = apiKey.extend({ receipt }).meta({ id: "ApiKeyChange" });
export type ApiKeyChange = z.infer<typeof apiKeyChange>;

/** `POST /v1/api-keys/{key}/rotate` → `createdApiKey`: a new key like the old one, which goes on for `overlapSeconds` */
export const rotateApiKeyBody = z.strictObject({
  overlapSeconds: z
    .number()
    .int()
    .min(0)
    .max(30 * 86_400)
    .default(86_400),
});
