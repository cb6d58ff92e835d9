import { z } from "zod";
import { maxAssignments } from "../../domain/rollouts/succession.ts";
import { versionLabel } from "./config-versions.ts";
import { id, timestamp } from "./shared.ts";

const fileName = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[A-Za-z0-9._-][A-Za-z0-9._/-]*$/, { error: "use a relative file name without spaces" })
  .refine((name) => !name.split("/").some((part) => part === "" || part === "." || part === ".."), {
    error: "must name a file below the config folder, without empty, `.` or `..` parts",
  });

const version = z
  .union([z.number().int().min(1), z.literal("latest"), versionLabel])
  .default("latest")
  .meta({ description: "A number, `latest`, or a label of a version", example: "prod" });
const selector = z
  .string()
  .max(1000)
  .default("")
  .meta({ description: "Label selector; empty = every agent", example: "role=web,region!=eu" });

/** A config version for the agents that the selector matches; what a label stands for is frozen when the release is made. */
export const oneAssignmentBody = z.strictObject({
  config: id("config"),
  version,
  selector,
  fileName: fileName.optional().meta({
    description:
      "When left out: the name that this config has in the fleet's current release (there for the same selector, if it has several), or else the kind's default",
  }),
});

/** Every config of the project with these labels, as they are when the release is made. */
export const bulkAssignmentBody = z.strictObject({
  configs: z
    .string()
    .min(1)
    .max(1000)
    .meta({ description: "Label selector over the project's configs", example: "team=edge" }),
  version: version.meta({ description: "Of each of them; a number must exist in every one" }),
  selector,
  fileName: z
    .string()
    .max(255)
    .refine((name) => fileName.safeParse(name.replaceAll("{config}", "config")).success, {
      error: "use a relative file name without spaces; {config} stands for the config's name",
    })
    .optional()
    .meta({
      description:
        "`{config}` stands for the config's name. When left out: as for a single config, which two configs of one kind may not share",
      example: "conf.d/{config}.conf",
    }),
});

export const assignmentBody = z.union([oneAssignmentBody, bulkAssignmentBody]);

export const assignment = z.object({
  configId: id("config"),
  configName: z.string(),
  kind: z.string(),
  versionId: id("configVersion"),
  version: z.number().int(),
  sha256: z.string(),
  selector: z.string(),
  fileName: z.string(),
  image: z
    .object({ ref: z.string(), digest: z.string() })
    .optional()
    .meta({ description: "Of a container: the image by its digest, as the registry had it for the release" }),
});

/** A program that agents with the OpAMP capability AcceptsPackages are offered; others only get the configs. */
export const releasePackage = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(100)
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, { error: "use letters, digits, `.`, `_` and `-`" }),
  version: z.string().min(1).max(100),
  url: z.url({ protocol: /^https?$/ }).max(2000),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, { error: "must be 64 lower-case hex digits" }),
  signature: z.base64().max(4000).nullable().default(null),
  type: z.enum(["top-level", "addon"]).default("top-level"),
  selector: z.string().max(1000).default(""),
});
export type ReleasePackage = z.infer<typeof releasePackage>;

export const release = z
  .object({
    id: id("release"),
    fleetId: id("fleet"),
    number: z.number().int(),
    assignments: z.array(assignment),
    packages: z.array(releasePackage),
    message: z.string().nullable(),
    author: z.string(),
    createdAt: timestamp,
  })
  .meta({ id: "Release" });
export type Release = z.infer<typeof release>;
/** What a new release is made of. */
export const newAssignments = {
  assignments: z
    .array(assignmentBody)
    .max(maxAssignments)
    .meta({ description: "May be empty where the release brings packages alone, or takes its inputs anew" }),
  packages: z.array(releasePackage).max(20).default([]),
  keepOthers: z.boolean().default(false).meta({
    description:
      "Carries over the current release's assignments whose config is not named again, except where a named one writes the same file for the same selector. Without it the new release has the named ones alone",
  }),
  refreshInputs: z.boolean().default(false).meta({
    description:
      "With keepOthers: gives what is carried over the variables and secrets of today. Without it, names that no named config has keep the values that the current release gave them",
  }),
};

export const createReleaseBody = z.strictObject({
  ...newAssignments,
  message: z.string().max(500).optional(),
});
