import { kinds, validate } from "../../../domain/configs/kinds.ts";
import { graphToYaml } from "../../../domain/pipelines/compile.ts";
import type { PipelineGraph } from "../../../domain/pipelines/model.ts";
import { yamlToGraph } from "../../../domain/pipelines/parse.ts";
import type { CompiledPipelines, ParsedPipelines } from "../../../protocol/api/pipelines.ts";
import type { Context } from "../context.ts";

const collector = "otel-collector";

/** Pure: needs a credential, touches no tenant's data. */
export async function compile({
  input,
}: {
  ctx: Context;
  input: { graph: PipelineGraph; previous?: string | undefined };
}): Promise<CompiledPipelines> {
  const { content, problems, diagnostics } = graphToYaml(input.graph, input.previous);
  const checked =
    content === null || !kinds.some(({ kind }) => kind === collector) ? [] : validate(collector, content);
  return { content, problems, diagnostics: [...diagnostics, ...checked] };
}

/** Pure, as above. */
export async function parse({
  input,
}: {
  ctx: Context;
  input: { content: string };
}): Promise<ParsedPipelines> {
  return yamlToGraph(input.content);
}
