import { z } from "zod";
import { newAssignments } from "./releases.ts";
import { id } from "./shared.ts";

/** `POST /v1/agents/{agent}/render`: a release, or what one would be made of; `{}` = the current release */
export const renderAgentBody = z.union([
  z.strictObject({ release: id("release") }),
  z.strictObject({
    ...newAssignments,
    assignments: newAssignments.assignments.default([]),
    keepOthers: newAssignments.keepOthers.default(true),
  }),
]);
export type RenderAgentBody = z.input<typeof renderAgentBody>;

const fileDiff = z.string().nullable().meta({
  description: "Unified diff to the file as rendered; empty = equal, null = not known, or too long",
});

export const agentRender = z
  .object({
    agentId: id("agent"),
    name: z.string(),
    hash: z.string().nullable().meta({
      description: "What it would run; null = nothing matches it, or it cannot be rendered",
    }),
    change: z.enum(["changed", "unchanged", "latched", "none"]).meta({
      description:
        "Against what it runs. `latched` = it failed with this before and is left out, `none` = it is given nothing",
    }),
    problem: z.string().nullable().meta({ description: "Why it cannot be rendered; null = it can" }),
    reasons: z.array(z.string()).meta({ description: "What makes the difference, in words" }),
    files: z
      .array(
        z.object({
          name: z.string(),
          contentType: z.string(),
          content: z.string().meta({ description: "Secrets are masked" }),
          against: z
            .object({ desired: fileDiff, applied: fileDiff, effective: fileDiff })
            .meta({ description: "From what is wanted of it, it last applied, and it says it has" }),
        }),
      )
      .meta({ description: "By name" }),
  })
  .meta({ id: "AgentRender" });
export type AgentRender = z.infer<typeof agentRender>;
