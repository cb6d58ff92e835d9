import { z } from "zod";
import { inputName } from "../../domain/configs/inputs/placeholders.ts";
import { inputTypes } from "../../domain/configs/inputs/template.ts";
import { inputLevels } from "../../domain/configs/inputs/values.ts";
import { maxVariableChars } from "../../domain/configs/inputs/variables.ts";
import { id, pageQuery, receipt, timestamp } from "./shared.ts";

/** Of variables and secrets alike. */
export const inputNameField = z.string().regex(inputName, {
  error: "use letters, digits and `_`, at most 100 of them, not beginning with a digit",
});

/** Where a row counts. */
export const inputPlace = {
  fleet: id("fleet").nullable().default(null).meta({
    description: "Only in this fleet of the environment; null = in every one",
  }),
  selector: z.string().max(1000).default("").meta({
    description: "Only for agents whose labels match; empty = for every agent",
    example: "region=eu",
  }),
};

const type = z.enum(inputTypes).meta({
  description: "`json` = any JSON value. Left out: as the value is written",
});
const value = z.unknown().meta({
  description: `A string, number, boolean, or any JSON; at most ${maxVariableChars} characters as text`,
});
const description = z.string().trim().max(500);

export const variable = z
  .object({
    id: id("variable"),
    environmentId: id("environment"),
    name: z.string(),
    fleet: id("fleet").nullable().meta({ description: "null = in every fleet of the environment" }),
    selector: z.string().meta({ description: "Empty = for every agent" }),
    level: z.enum(inputLevels).meta({
      description: "How special it is. Of the rows of a name that are for an agent, the first of these wins",
    }),
    type,
    value,
    description: z.string(),
    author: z.string(),
    version: z.number().int().meta({ description: "Rises with each change; it is the ETag" }),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: "Variable" });
export type Variable = z.infer<typeof variable>;

/** `GET /v1/environments/{environment}/variables`, by name */
export const listVariablesQuery = pageQuery.extend({
  name: inputNameField.optional().meta({ description: "Only the rows of this name" }),
  fleet: id("fleet").optional().meta({ description: "Only rows that count in this fleet" }),
});

/** `POST /v1/environments/{environment}/variables` */
export const createVariableBody = z.strictObject({
  name: inputNameField,
  ...inputPlace,
  type: type.optional(),
  value,
  description: description.default(""),
});
export type CreateVariableBody = z.output<typeof createVariableBody>;

/** `PATCH /v1/variables/{variable}`; its name and place stay. `DELETE` answers `receiptAnswer` */
export const updateVariableBody = z.strictObject({
  type: type.optional(),
  value: value.optional(),
  description: description.optional(),
});
export type UpdateVariableBody = z.output<typeof updateVariableBody>;

export const variableChange = variable.extend({ receipt }).meta({ id: "VariableChange" });
export type VariableChange = z.infer<typeof variableChange>;

/** `GET /v1/variables/{variable}/impact`, and `?dryRun=true` of what changes one */
export const inputImpact = z
  .object({
    name: z.string(),
    fleets: z
      .array(
        z.object({
          fleet: id("fleet"),
          slug: z.string(),
          releaseNumber: z
            .number()
            .int()
            .nullable()
            .meta({ description: "Of the current release, which names it; null = not known" }),
          agents: z.number().int().meta({ description: "Agents that the release reaches" }),
          changed: z.number().int().meta({ description: "Those that would get other files" }),
          names: z.array(z.string()).meta({ description: "The first of those that would change" }),
          problem: z.string().nullable().meta({
            description: "Why it could not be rolled out; null = it could",
          }),
        }),
      )
      .meta({ description: "Fleets whose current release names it" }),
    changed: z.number().int().meta({ description: "Agents that would change in all of them" }),
    more: z.boolean().meta({ description: "The environment has further fleets, which were not asked" }),
  })
  .meta({ id: "InputImpact" });
export type InputImpact = z.infer<typeof inputImpact>;

/** `GET /v1/agents/{agent}/variables`, by name: which row counts for the agent, and which it hides */
export const agentVariable = z
  .object({
    name: z.string(),
    named: z.boolean().meta({
      description: "Whether a file that the current release gives the agent names it: only those reach it",
    }),
    chosen: variable.nullable().meta({
      description: "null = no row is for this agent, or two are and neither is more special",
    }),
    problem: z.string().nullable().meta({ description: "Why none is chosen; null = one is" }),
    rows: z.array(
      z.object({
        id: id("variable"),
        level: z.enum(inputLevels),
        selector: z.string(),
        matches: z.boolean().meta({ description: "Whether it is for this agent, by its labels" }),
      }),
    ),
  })
  .meta({ id: "AgentVariable" });
export type AgentVariable = z.infer<typeof agentVariable>;
