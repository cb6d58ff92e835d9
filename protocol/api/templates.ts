import { z } from "zod";
import { inputName } from "../../domain/configs/inputs/placeholders.ts";
import { inputTypes } from "../../domain/configs/inputs/template.ts";
import {
  config,
  configContent,
  configKind,
  configLabels,
  configVersion,
  diagnostic,
  versionMessage,
} from "./configs.ts";
import { id, receipt, slug, timestamp } from "./shared.ts";

const title = z.string().trim().min(1).max(100);
const description = z.string().trim().max(2_000);

export const templateParameter = z
  .object({
    name: z.string().regex(inputName, { error: "use letters, digits and `_`, not beginning with a digit" }),
    title: z.string().trim().max(100).default(""),
    type: z.enum(inputTypes).default("string"),
    default: z
      .string()
      .max(10_000)
      .nullable()
      .default(null)
      .meta({ description: "null = it must be given; of other types than string, its JSON" }),
    pattern: z
      .string()
      .max(100)
      .nullable()
      .default(null)
      .meta({ description: "A regular expression that a value must match whole; null = any" }),
    help: z.string().trim().max(1_000).default(""),
  })
  .meta({ id: "TemplateParameter" });
const parameters = z.array(z.strictObject(templateParameter.shape)).max(50);

/** Values by name; of other types than string, their JSON. */
export const parameterValues = z.record(z.string().max(100), z.string().max(10_000));

/** What comes with the product is named, and has no id. */
export const catalogueTemplate = z
  .object({
    name: z.string(),
    kind: configKind,
    title: z.string(),
    description: z.string(),
    version: z.number().int(),
    content: z.string(),
    parameters: z.array(templateParameter),
  })
  .meta({ id: "CatalogueTemplate" });
export type CatalogueTemplate = z.infer<typeof catalogueTemplate>;

export const template = z
  .object({
    id: id("template"),
    organizationId: id("organization"),
    projectId: id("project"),
    name: slug,
    kind: configKind,
    title: z.string(),
    description: z.string(),
    latestVersion: z.number().int(),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: "Template" });
export type Template = z.infer<typeof template>;

export const templateVersion = z
  .object({
    id: id("templateVersion"),
    templateId: id("template"),
    number: z.number().int(),
    message: z.string().nullable(),
    author: z.string(),
    createdAt: timestamp,
  })
  .meta({ id: "TemplateVersion" });
export type TemplateVersion = z.infer<typeof templateVersion>;
export const templateVersionDetail = templateVersion
  .extend({ content: z.string(), parameters: z.array(templateParameter) })
  .meta({ id: "TemplateVersionDetail" });
export type TemplateVersionDetail = z.infer<typeof templateVersionDetail>;

/** `POST /v1/projects/{project}/templates`; list by `GET` with `pageQuery` */
export const createTemplateBody = z.strictObject({
  name: slug,
  kind: configKind,
  title: title.optional(),
  description: description.optional(),
  content: configContent,
  parameters: parameters.default([]),
  message: versionMessage.optional(),
});
export const createdTemplate = template
  .extend({ version: templateVersion, receipt })
  .meta({ id: "CreatedTemplate" });
export type CreatedTemplate = z.infer<typeof createdTemplate>;

/** `PATCH /v1/templates/{template}`; `DELETE` answers `receiptAnswer`, and 409 while a config is made from it */
export const updateTemplateBody = z.strictObject({
  title: title.optional(),
  description: description.optional(),
});
export const templateChange = template.extend({ receipt }).meta({ id: "TemplateChange" });
export type TemplateChange = z.infer<typeof templateChange>;

/** `POST /v1/templates/{template}/versions` */
export const createTemplateVersionBody = z.strictObject({
  content: configContent,
  parameters: parameters.default([]),
  message: versionMessage.optional(),
  baseVersion: z.number().int().min(1).optional().meta({
    description: "The version this was edited from; 409 when it is no longer the latest",
  }),
});
export const createdTemplateVersion = templateVersionDetail
  .extend({ receipt })
  .meta({ id: "CreatedTemplateVersion" });
export type CreatedTemplateVersion = z.infer<typeof createdTemplateVersion>;

const templateName = z.string().min(1).max(100).meta({
  description: "Id of a template of the project, or the name of one that comes with the product",
  example: "collector-gateway",
});
const templateNumber = z.number().int().min(1).optional().meta({ description: "Left out: the latest" });

/** `POST /v1/projects/{project}/configs/from-template`, with `dryRun` */
export const instantiateTemplateBody = z.strictObject({
  template: templateName,
  version: templateNumber,
  parameters: parameterValues.default({}),
  name: slug,
  message: versionMessage.optional(),
  labels: configLabels.optional(),
});
export const templateOrigin = z
  .object({ template: z.string(), version: z.number().int(), parameters: parameterValues })
  .meta({ id: "TemplateOrigin" });
/** What a dry run answers. */
export const filledTemplate = z
  .object({
    kind: configKind,
    origin: templateOrigin,
    content: z.string(),
    diagnostics: z.array(diagnostic),
  })
  .meta({ id: "FilledTemplate" });
export type FilledTemplate = z.infer<typeof filledTemplate>;
export const instantiatedTemplate = config
  .extend({ version: configVersion, origin: templateOrigin, diagnostics: z.array(diagnostic), receipt })
  .meta({ id: "InstantiatedTemplate" });
export type InstantiatedTemplate = z.infer<typeof instantiatedTemplate>;

/** `GET /v1/configs/{config}/template`: 404 for a config that was not made from one */
export const configTemplate = z
  .object({
    origin: templateOrigin,
    title: z.string(),
    latestVersion: z.number().int().meta({ description: "Of the template" }),
    outdated: z.boolean(),
    parameters: z.array(templateParameter).meta({ description: "What the latest version asks for" }),
  })
  .meta({ id: "ConfigTemplate" });
export type ConfigTemplate = z.infer<typeof configTemplate>;

/** `POST /v1/configs/{config}/template-update`, with `dryRun` */
export const updateFromTemplateBody = z.strictObject({
  version: templateNumber,
  parameters: parameterValues
    .optional()
    .meta({ description: "Those that change; the others keep their values, new ones take their default" }),
  content: configContent.optional().meta({
    description: "The text with every conflict resolved; left out: the merge, which then must have none",
  }),
  baseVersion: z.number().int().min(1).optional().meta({
    description: "The config's version that was merged; 409 when it is no longer the latest",
  }),
  message: versionMessage.optional(),
});
export const mergeConflict = z
  .object({
    line: z.number().int().min(1).meta({ description: "In the merged text, of what the config has there" }),
    ours: z.string().meta({ description: "The config's lines" }),
    base: z.string().meta({ description: "The old template's, filled in" }),
    theirs: z.string().meta({ description: "The new template's, filled in" }),
  })
  .meta({ id: "MergeConflict" });
export const templateMerge = z
  .object({
    from: templateOrigin,
    to: templateOrigin,
    baseVersion: z.number().int().meta({ description: "The config's version that was merged" }),
    changed: z.boolean(),
    content: z.string().meta({ description: "The merge; in conflicts, the config's lines" }),
    parts: z
      .array(z.union([z.object({ text: z.string() }), z.object({ conflict: mergeConflict })]))
      .meta({ description: "The merge in pieces: what is decided, and the conflicts" }),
    conflicts: z.array(mergeConflict),
    diagnostics: z.array(diagnostic),
  })
  .meta({ id: "TemplateMerge" });
export type TemplateMerge = z.infer<typeof templateMerge>;
export const updatedFromTemplate = z
  .object({ version: configVersion, origin: templateOrigin, diagnostics: z.array(diagnostic), receipt })
  .meta({ id: "UpdatedFromTemplate" });
export type UpdatedFromTemplate = z.infer<typeof updatedFromTemplate>;
