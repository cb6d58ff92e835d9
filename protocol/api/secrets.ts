import { z } from "zod";
import { inputLevels } from "../../domain/configs/inputs/values.ts";
import { fitsSecret, maxSecretBytes, minSecretChars } from "../../domain/secrets/value.ts";
import { secretVersionStates } from "../../domain/secrets/versions.ts";
import { id, pageQuery, receipt, timestamp } from "./shared.ts";
import { inputNameField, inputPlace } from "./variables.ts";

/** Goes in, and never comes out again. */
const secretValue = z
  .string()
  .min(minSecretChars)
  .refine(fitsSecret, {
    error: `must have at most ${maxSecretBytes} bytes`,
  })
  .meta({
    writeOnly: true,
    description: `At least ${minSecretChars} characters, so that it can be recognised in what agents report; at most ${maxSecretBytes} bytes`,
  });

const description = z.string().trim().max(500);

export const secret = z
  .object({
    id: id("secret"),
    organizationId: id("organization"),
    projectId: id("project"),
    environmentId: id("environment"),
    name: z.string().meta({ description: "As configs write it: ${secret:NAME}", example: "API_TOKEN" }),
    fleet: id("fleet").nullable().meta({ description: "null = in every fleet of the environment" }),
    selector: z.string().meta({ description: "Empty = for every agent" }),
    level: z.enum(inputLevels).meta({
      description:
        "How special it is. Of the secrets of a name that are for an agent, the first of these wins",
    }),
    description: z.string(),
    currentVersion: z
      .number()
      .int()
      .nullable()
      .meta({ description: "What new releases are given; null = no version is approved yet" }),
    latestVersion: z.number().int(),
    pendingVersion: z
      .number()
      .int()
      .nullable()
      .meta({ description: "The newest one that waits for another person's approval" }),
    revision: z.number().int().meta({ description: "Rises with each change; the ETag" }),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: "Secret" });
export type Secret = z.infer<typeof secret>;

/** `GET /v1/environments/{environment}/secrets` */
export const secretsQuery = pageQuery.extend({
  name: inputNameField.optional().meta({ description: "Only those of this name" }),
  fleet: id("fleet").optional().meta({ description: "Only those that count in this fleet" }),
});

/** `POST /v1/environments/{environment}/secrets` */
export const createSecretBody = z.strictObject({
  name: inputNameField,
  ...inputPlace,
  value: secretValue,
  description: description.default(""),
});
/** `PATCH /v1/secrets/{secret}` */
export const updateSecretBody = z.strictObject({ description });
export const secretChange = secret.extend({ receipt }).meta({ id: "SecretChange" });
export type SecretChange = z.infer<typeof secretChange>;

export const secretVersion = z
  .object({
    id: id("secretVersion"),
    secretId: id("secret"),
    number: z.number().int(),
    state: z.enum(secretVersionStates),
    author: z.string(),
    createdAt: timestamp,
    decidedBy: z.string().nullable().meta({ description: "Who approved or rejected it" }),
    decidedAt: timestamp.nullable(),
    destroyedAt: timestamp.nullable(),
  })
  .meta({ id: "SecretVersion" });
export type SecretVersion = z.infer<typeof secretVersion>;

/** `POST /v1/secrets/{secret}/versions` */
export const rotateSecretBody = z.strictObject({ value: secretValue });
export const secretVersionChange = secretVersion.extend({ receipt }).meta({ id: "SecretVersionChange" });
export type SecretVersionChange = z.infer<typeof secretVersionChange>;

/** `GET /v1/secrets/{secret}/usage` */
export const secretUsage = z
  .object({
    secretId: id("secret"),
    configs: z
      .array(z.object({ configId: id("config"), name: z.string(), version: z.number().int() }))
      .meta({ description: "Those whose newest version names it" }),
    releases: z
      .array(
        z.object({
          releaseId: id("release"),
          number: z.number().int(),
          fleet: id("fleet"),
          version: z.number().int(),
        }),
      )
      .meta({ description: "Of the newest 500 of its fleets, those that were given it; 50 at most" }),
    fleets: z.array(
      z.object({
        fleet: id("fleet"),
        slug: z.string(),
        held: z
          .array(z.number().int())
          .meta({ description: "Versions that the fleet keeps, because an agent may still be sent them" }),
        versions: z.array(
          z.object({
            number: z.number().int(),
            agents: z.number().int().meta({ description: "How many run it" }),
            first: z
              .array(z.object({ id: id("agent"), name: z.string() }))
              .meta({ description: "The first of them by name; empty for who may not see agents" }),
          }),
        ),
        problem: z.string().nullable().meta({ description: "Why it could not be asked" }),
      }),
    ),
    fleetsLeftOut: z.number().int(),
  })
  .meta({ id: "SecretUsage" });
export type SecretUsage = z.infer<typeof secretUsage>;

/** `GET /v1/orgs/{org}/secrets-key`; `POST …/rewrap` and `POST …/rotate` answer it with a receipt */
export const secretsKey = z
  .object({
    organizationId: id("organization"),
    masterKeyId: z.string().meta({ description: "The master key that wraps from now on" }),
    keys: z
      .array(
        z.object({
          id: id("organizationKey"),
          masterKeyId: z.string(),
          seals: z.boolean().meta({ description: "New versions are sealed by it" }),
          versions: z.number().int().meta({ description: "How many values are sealed by it" }),
          createdAt: timestamp,
        }),
      )
      .meta({ description: "The organization's data keys, oldest first" }),
    fleetsBehind: z.number().int().meta({
      description: "Fleets that were not told of the last change yet; 0 = an old master key may go",
    }),
  })
  .meta({ id: "SecretsKey" });
export type SecretsKey = z.infer<typeof secretsKey>;
export const secretsKeyChange = secretsKey.extend({ receipt }).meta({ id: "SecretsKeyChange" });
export type SecretsKeyChange = z.infer<typeof secretsKeyChange>;
