import { z } from "zod";
import { organization } from "./auth.ts";
import { displayName, id, receipt, slug, timestamp } from "./shared.ts";

/** `GET /v1/orgs/{org}`; its `ETag` is of `version`. */
export const organizationDetail = organization
  .extend({
    version: z.number().int().meta({ description: "Rises with each edit" }),
    requireSso: z.boolean(),
    requireTwoFactor: z.boolean(),
    erasedAfter: timestamp
      .nullable()
      .meta({ description: "Of a deleted organization: when the grace ends and all of it is erased" }),
  })
  .meta({ id: "OrganizationDetail" });
export type OrganizationDetail = z.infer<typeof organizationDetail>;

/** `PATCH`, `DELETE` and `POST …/restore` */
export const organizationChange = organizationDetail.extend({ receipt }).meta({ id: "OrganizationChange" });
export type OrganizationChange = z.infer<typeof organizationChange>;

/** `POST /v1/orgs`: the caller becomes owner; a project, its production environment and a fleet come with it. */
export const createOrganizationBody = z.strictObject({ name: displayName, slug: slug.optional() });
export const createdOrganization = organizationDetail
  .extend({
    receipt,
    created: z.object({
      project: id("project"),
      environment: id("environment"),
      fleet: id("fleet"),
    }),
  })
  .meta({ id: "CreatedOrganization" });
export type CreatedOrganization = z.infer<typeof createdOrganization>;

/** `PATCH /v1/orgs/{org}`, with `If-Match` if wished */
export const updateOrganizationBody = z.strictObject({ name: displayName.optional(), slug: slug.optional() });

/** `DELETE /v1/orgs/{org}?confirm=<slug>` */
export const deleteOrganizationQuery = z.strictObject({
  confirm: z
    .string()
    .max(63)
    .optional()
    .meta({ description: "Needed: the organization's slug, typed by who means it" }),
});

/** One line of `POST /v1/orgs/{org}/export`, NDJSON: a row of one table. The last line says `end`. */
export const exportLine = z
  .discriminatedUnion("kind", [
    z.object({
      kind: z.literal("organization"),
      exportedAt: timestamp,
      organizationId: id("organization"),
      tables: z.array(z.string()),
    }),
    z.object({ kind: z.literal("row"), table: z.string(), row: z.record(z.string(), z.unknown()) }),
    z.object({
      kind: z.literal("end"),
      rows: z.record(z.string(), z.number().int()),
      unasked: z.array(id("fleet")).meta({ description: "Fleets whose agents could not be asked for" }),
    }),
  ])
  .meta({ id: "OrganizationExportLine" });
export type ExportLine = z.infer<typeof exportLine>;
