import { parsedPipelines, parsePipelinesBody } from "../../../../protocol/api/pipelines.ts";
import { parse } from "../../../services/pipelines/compile.ts";
import { route } from "../../route.ts";

export const parsePipelinesRoute = route({
  method: "post",
  path: "/v1/pipelines/parse",
  operationId: "parsePipelines",
  tag: "Pipelines",
  summary: "Draw a collector's YAML as a graph; nothing is stored",
  description: "Answers 200 also when the text cannot be read, with `graph: null` and what is wrong.",
  access: "person",
  body: parsePipelinesBody,
  answer: parsedPipelines,
  idempotent: false,
  handle: ({ ctx, body }) => parse({ ctx, input: body }),
});
