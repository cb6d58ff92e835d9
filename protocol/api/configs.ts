import { z } from "zod";
import { maxConfigChars } from "../../domain/configs/text.ts";
import { id, labels, pageQuery, receipt, slug, timestamp } from "./shared.ts";

export const configContent = z
  .string()
  .max(maxConfigChars, { error: `a config may have at most ${maxConfigChars} characters` })
  .refine((text) => text.isWellFormed(), {
    error: "holds half of a surrogate pair, which is no character: send well-formed Unicode",
  });
export const versionMessage = z.string().trim().max(500);

export const diagnostic = z
  .object({
    severity: z.enum(["error", "warning"]),
    code: z.string(),
    message: z.string(),
    line: z.number().int().min(1),
    column: z.number().int().min(1),
    path: z.string(),
    hint: z.string().nullable(),
  })
  .meta({ id: "Diagnostic" });
export type Diagnostic = z.infer<typeof diagnostic>;

/** The kinds registry lives in `domain/configs`; an unknown kind is refused there with the names that exist. */
export const configKind = z.string().min(1).max(40);

/** By which configs are found and chosen in bulk; they say nothing about agents. */
export const configLabels = labels.refine((given) => Object.keys(given).length <= 32, {
  error: "a config has at most 32 labels",
});

export const config = z
  .object({
    id: id("config"),
    organizationId: id("organization"),
    projectId: id("project"),
    name: slug,
    kind: configKind,
    latestVersion: z.number().int(),
    labels: configLabels,
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: "Config" });
export type Config = z.infer<typeof config>;

export const configVersion = z
  .object({
    id: id("configVersion"),
    configId: id("config"),
    number: z.number().int(),
    sha256: z.string(),
    sizeBytes: z.number().int(),
    message: z.string().nullable(),
    author: z.string(),
    createdAt: timestamp,
  })
  .meta({ id: "ConfigVersion" });
export type ConfigVersion = z.infer<typeof configVersion>;
export const configVersionDetail = configVersion
  .extend({ content: z.string(), diagnostics: z.array(diagnostic) })
  .meta({ id: "ConfigVersionDetail" });
export type ConfigVersionDetail = z.infer<typeof configVersionDetail>;

export const createConfigBody = z.strictObject({
  name: slug,
  kind: configKind,
  content: configContent.optional(),
  message: versionMessage.optional(),
  labels: configLabels.optional(),
});
export const createdConfig = config
  .extend({ version: configVersion.nullable() })
  .meta({ id: "CreatedConfig" });
export const createConfigVersionBody = z.strictObject({
  content: configContent,
  message: versionMessage.optional(),
  baseVersion: z.number().int().min(0).optional().meta({
    description: "The version this was edited from; 409 with what changed when it is no longer the latest",
  }),
});
/** `PATCH /v1/configs/{config}`, with `If-Match` if wished: `labels` are replaced whole. */
export const updateConfigBody = z.strictObject({ labels: configLabels });
export const configChange = config.extend({ receipt }).meta({ id: "ConfigChange" });
export type ConfigChange = z.infer<typeof configChange>;
export const listConfigsQuery = pageQuery.extend({
  label: z
    .string()
    .max(1000)
    .optional()
    .meta({ description: "Label selector over the configs' own labels", example: "tier=edge,team!=web" }),
  kind: configKind.optional(),
  q: z.string().max(100).optional().meta({ description: "Part of the name" }),
});
export const validateConfigBody = z.strictObject({
  kind: configKind,
  content: configContent,
  fleet: id("fleet").optional().meta({
    description: "Check also against what its agents report: their versions and components",
  }),
  selector: z.string().max(1000).optional().meta({
    description: "With `fleet`: only agents whose labels match",
    example: "role=gateway",
  }),
});
export const validation = z
  .object({
    valid: z.boolean(),
    diagnostics: z.array(diagnostic),
    checkedAgainst: z
      .object({ agents: z.number().int(), reporting: z.number().int(), versions: z.array(z.string()) })
      .nullable()
      .meta({
        description:
          "The agents of the fleet that was named, those that report their components, and their versions",
      }),
  })
  .meta({ id: "Validation" });
export type Validation = z.infer<typeof validation>;
export const configKindInfo = z
  .object({
    kind: z.string(),
    title: z.string(),
    contentType: z.string(),
    defaultFileName: z.string(),
    language: z.string(),
    template: z.string(),
  })
  .meta({ id: "ConfigKind" });
