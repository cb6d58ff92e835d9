import { z } from "zod";
import { componentRoles } from "../../domain/configs/facts.ts";
import { placements, signals } from "../../domain/pipelines/model.ts";
import { configContent, diagnostic } from "./configs.ts";

export const pipelineSignal = z.enum(signals);

const nodeId = z.string().min(1).max(200);

export const pipelineNode = z
  .object({
    id: nodeId.meta({ description: "By which edges name it; means nothing in the YAML" }),
    role: z.enum(componentRoles),
    component: z.string().max(100).meta({ description: "The component's type", example: "otlp" }),
    name: z
      .string()
      .max(200)
      .default("")
      .meta({ description: "What tells two of one type apart: `otlp/NAME`", example: "internal" }),
    config: z.unknown().meta({
      description: "Its settings as JSON; null = none. Nodes of one component have the same.",
    }),
    signals: z.array(pipelineSignal).optional().meta({
      description:
        "What it can carry. Left out: what its component is known to; anything, if it is not known",
    }),
    placement: z
      .enum(placements)
      .default("edges")
      .meta({
        description:
          "`auto`: a processor without edges is put into every pipeline of its signals: memory_limiter first, batch " +
          "last, others before batch. `off`: an extension that is configured and not enabled.",
      }),
  })
  .meta({ id: "PipelineNode" });
export const pipelineEdge = z
  .object({ from: nodeId, to: nodeId, signal: pipelineSignal })
  .meta({ id: "PipelineEdge" });
export const pipelineGraph = z
  .object({ nodes: z.array(pipelineNode).max(500), edges: z.array(pipelineEdge).max(5_000) })
  .meta({ id: "PipelineGraph" });

export const pipelineProblem = z
  .object({
    severity: z.enum(["error", "warning"]),
    code: z.string(),
    message: z.string(),
    hint: z.string().nullable(),
    nodes: z.array(z.string()).meta({ description: "Ids of the nodes that it is about" }),
    edges: z.array(z.number().int()).meta({ description: "Places in `edges`, from 0" }),
  })
  .meta({ id: "PipelineProblem" });

/** `POST /v1/pipelines/compile` */
export const compilePipelinesBody = z.strictObject({
  graph: z.strictObject({
    nodes: z.array(z.strictObject(pipelineNode.shape)).max(500),
    edges: z.array(z.strictObject(pipelineEdge.shape)).max(5_000),
  }),
  previous: configContent.optional().meta({
    description: "The YAML as it is now: only what differs is written, comments and all else stay",
  }),
});
export const compiledPipelines = z
  .object({
    content: z.string().nullable().meta({ description: "null = the graph has errors" }),
    problems: z.array(pipelineProblem),
    diagnostics: z.array(diagnostic).meta({
      description: "What the kind `otel-collector` says of the content; or why `previous` cannot be read",
    }),
  })
  .meta({ id: "CompiledPipelines" });
export type CompiledPipelines = z.infer<typeof compiledPipelines>;

/** `POST /v1/pipelines/parse` */
export const parsePipelinesBody = z.strictObject({ content: configContent });
export const parsedPipelines = z
  .object({
    graph: pipelineGraph.nullable().meta({ description: "null = the text is not a collector's config" }),
    diagnostics: z.array(diagnostic),
  })
  .meta({ id: "ParsedPipelines" });
export type ParsedPipelines = z.infer<typeof parsedPipelines>;
