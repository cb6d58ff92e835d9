import { z } from "zod";

/** One change: what the plan shows of it. */
export const plannedChange = z.object({
  kind: z.enum(["variable", "config", "fleet"]),
  name: z.string(),
  action: z.enum(["create", "update"]),
  summary: z.string(),
  details: z.array(z.string()).meta({ description: "What is added (+), removed (-) and changed (~) in it" }),
  diff: z.string().nullable().meta({ description: "Of a config's content, as `diff -u` has it" }),
});
export type PlannedChange = z.infer<typeof plannedChange>;

/** A change, and how it is made. `run` answers what was done. */
export interface Step extends PlannedChange {
  run(): Promise<string>;
}
