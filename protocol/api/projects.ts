import { z } from "zod";
import { displayName, id, slug, timestamp } from "./shared.ts";

export const project = z
  .object({
    id: id("project"),
    organizationId: id("organization"),
    name: z.string(),
    slug,
    createdAt: timestamp,
  })
  .meta({ id: "Project" });
export type Project = z.infer<typeof project>;
export const createProjectBody = z.strictObject({ name: displayName, slug: slug.optional() });

export const environment = z
  .object({
    id: id("environment"),
    organizationId: id("organization"),
    projectId: id("project"),
    name: z.string(),
    slug,
    protected: z.boolean(),
    createdAt: timestamp,
  })
  .meta({ id: "Environment" });
export type Environment = z.infer<typeof environment>;
export const createEnvironmentBody = z.strictObject({
  name: displayName,
  slug: slug.optional(),
  protected: z.boolean().default(false),
});
