import { compiledPipelines, compilePipelinesBody } from "../../../../protocol/api/pipelines.ts";
import { compile } from "../../../services/pipelines/compile.ts";
import { route } from "../../route.ts";

export const compilePipelinesRoute = route({
  method: "post",
  path: "/v1/pipelines/compile",
  operationId: "compilePipelines",
  tag: "Pipelines",
  summary: "Write a graph as a collector's YAML; nothing is stored",
  description:
    "Answers 200 also when the graph has errors, with `content: null` and what is wrong. The same graph makes the same " +
    "YAML, whatever the order of its nodes and edges.",
  access: "person",
  body: compilePipelinesBody,
  answer: compiledPipelines,
  idempotent: false,
  maxBodyBytes: 4 * 1024 * 1024,
  handle: ({ ctx, body }) => compile({ ctx, input: body }),
});
