import { z } from "zod";
import { freezeWindow, maintenanceWindow } from "./rollout-terms.ts";
import { displayName, id, receipt, slug, timestamp } from "./shared.ts";

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
    protected: z.boolean().meta({ description: "Rollouts need another person's approval" }),
    windows: z.array(maintenanceWindow).meta({ description: "When waves may start; none = always" }),
    freezes: z.array(freezeWindow),
    /** Rises with each change. */
    revision: z.number().int(),
    createdAt: timestamp,
  })
  .meta({ id: "Environment" });
export type Environment = z.infer<typeof environment>;
export const createEnvironmentBody = z.strictObject({
  name: displayName,
  slug: slug.optional(),
  protected: z.boolean().default(false),
});
/** `windows` and `freezes` are replaced whole. */
export const updateEnvironmentBody = z.strictObject({
  name: displayName.optional(),
  protected: z.boolean().optional(),
  windows: z.array(maintenanceWindow).max(20).optional(),
  freezes: z.array(freezeWindow).max(50).optional(),
});
export type UpdateEnvironmentBody = z.output<typeof updateEnvironmentBody>;
export const environmentChange = environment.extend({ receipt }).meta({ id: "EnvironmentChange" });
export type EnvironmentChange = z.infer<typeof environmentChange>;
