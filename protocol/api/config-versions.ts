import { z } from "zod";
import { configContent, configVersion, diagnostic, versionMessage } from "./configs.ts";
import { id, pageQuery, receipt, timestamp } from "./shared.ts";

/** A word that people move from version to version. It begins with a letter, so that it is never read as a number. */
export const versionLabel = z
  .string()
  .min(1)
  .max(40)
  .regex(/^[a-z]([a-z0-9.-]*[a-z0-9])?$/, {
    error: "use lower-case letters, digits, dots and dashes; start with a letter, end with a letter or digit",
  })
  .refine((label) => !/^(latest|draft|v\d+)$/.test(label), {
    error: "is reserved: the latest version, the draft, and versions by number (v3) are called so",
  });

/** Where a version is asked for: its number, a label of it, or `latest`. */
export const versionReference = z.union([z.coerce.number().int().min(1), z.literal("latest"), versionLabel]);
export type VersionReference = z.infer<typeof versionReference>;

/** `GET /v1/configs/{config}/labels`; `PUT` and `DELETE` on `/labels/{label}` */
export const configVersionLabel = z
  .object({
    configId: id("config"),
    label: z.string(),
    version: z.number().int(),
    author: z.string(),
    updatedAt: timestamp,
  })
  .meta({ id: "ConfigVersionLabel" });
export type ConfigVersionLabel = z.infer<typeof configVersionLabel>;
export const putVersionLabelBody = z.strictObject({ version: z.number().int().min(1) });
export const versionLabelChange = configVersionLabel
  .extend({ receipt })
  .meta({ id: "ConfigVersionLabelChange" });
export type VersionLabelChange = z.infer<typeof versionLabelChange>;

/** `GET`, `PUT` and `DELETE` on `/v1/configs/{config}/draft`; the ETag is its revision. */
export const configDraft = z
  .object({
    configId: id("config"),
    content: z.string(),
    baseVersion: z.number().int().meta({ description: "The version that it was begun from; 0 = none" }),
    latestVersion: z
      .number()
      .int()
      .meta({ description: "When it is not the base, somebody saved a version meanwhile" }),
    revision: z.number().int().meta({ description: "Rises with each save; the ETag" }),
    author: z.string().meta({ description: "Who saved it last" }),
    updatedAt: timestamp,
    diagnostics: z.array(diagnostic),
  })
  .meta({ id: "ConfigDraft" });
export type ConfigDraft = z.infer<typeof configDraft>;
export const putConfigDraftBody = z.strictObject({
  content: configContent,
  baseVersion: z.number().int().min(0).optional().meta({
    description:
      "The version that the text is based on. When left out: the draft's own, or the latest for a new draft",
  }),
});
export const publishConfigDraftBody = z.strictObject({ message: versionMessage.optional() });

/** `POST /v1/configs/{config}/versions/{number}/restore` */
export const restoreConfigVersionBody = z.strictObject({
  message: versionMessage.optional().meta({ description: "When left out: which version it restores" }),
  baseVersion: z.number().int().min(0).optional().meta({
    description: "The latest version as you know it; 409 with what changed when there is a newer one",
  }),
});

/** `GET /v1/configs/{config}/diff` */
const diffSide = z.union([versionReference, z.literal("draft")]);
export const configDiffQuery = z.strictObject({
  from: diffSide.optional().meta({ description: "The older side; the version before `to` when left out" }),
  to: diffSide.optional().meta({ description: "The newer side; the latest version when left out" }),
  context: z.coerce.number().int().min(0).max(1000).default(3).meta({
    description: "How many unchanged lines are shown around each change",
  }),
});
const diffCell = z.object({ line: z.number().int(), text: z.string() });
export const configDiff = z
  .object({
    configId: id("config"),
    from: z.object({ name: z.string(), version: z.number().int().nullable() }),
    to: z.object({ name: z.string(), version: z.number().int().nullable() }),
    added: z.number().int(),
    removed: z.number().int(),
    unified: z.string().meta({ description: "As `diff -u` prints it; empty = no difference" }),
    hunks: z.array(
      z.object({
        lines: z.array(
          z.object({
            change: z.enum(["same", "added", "removed"]),
            text: z.string(),
            before: z.number().int().nullable().meta({ description: "Its line in the older text" }),
            after: z.number().int().nullable().meta({ description: "Its line in the newer text" }),
          }),
        ),
        sideBySide: z.array(
          z.object({
            change: z.enum(["same", "changed", "added", "removed"]),
            before: diffCell.nullable(),
            after: diffCell.nullable(),
          }),
        ),
      }),
    ),
  })
  .meta({ id: "ConfigDiff" });
export type ConfigDiff = z.infer<typeof configDiff>;

/** `GET /v1/configs/{config}/uses`: newest release first. */
export const configUsesQuery = pageQuery.extend({
  version: z.coerce.number().int().min(1).optional().meta({ description: "Of this version alone" }),
  current: z.stringbool().optional().meta({ description: "Only what newcomers to a fleet get now" }),
});
export const configUse = z
  .object({
    fleetId: id("fleet"),
    fleetName: z.string(),
    environmentId: id("environment"),
    releaseId: id("release"),
    releaseNumber: z.number().int(),
    current: z.boolean().meta({ description: "The fleet's current release: what newcomers get" }),
    version: z.number().int(),
    selector: z.string(),
    fileName: z.string(),
    createdAt: timestamp,
  })
  .meta({ id: "ConfigUse" });
export type ConfigUse = z.infer<typeof configUse>;

/** A version as lists show it: with the labels that are on it. */
export const listedConfigVersion = configVersion
  .extend({ labels: z.array(z.string()) })
  .meta({ id: "ListedConfigVersion" });
export type ListedConfigVersion = z.infer<typeof listedConfigVersion>;
