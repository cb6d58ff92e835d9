import { kinds, validate } from "../../../domain/configs/kinds.ts";
import { graphToYaml } from "../../../domain/pipelines/compile.ts";
import { yamlToGraph } from "../../../domain/pipelines/parse.ts";
import { compiledPipelines, compilePipelinesBody, parsedPipelines } from "../../../protocol/api/pipelines.ts";
import { readBody } from "../../body-file.ts";
import { Failure } from "../../exit-codes.ts";
import { clean, type Style } from "../../output.ts";
import { argument, command, option, text } from "../../spec.ts";
import { showDiagnostics } from "../configs/diagnostics.ts";
import { readSource } from "../configs/source.ts";

const file = argument("The file; - reads standard input", text);

const kind = "otel-collector";

export const compilePipelines = command({
  name: "compile",
  summary: "Write a graph as a collector's YAML",
  about:
    "Needs no server and no sign-in. With --previous only what differs is written: comments and all else stay. " +
    "Exits with 1 when the graph has errors.",
  args: { graph: file },
  options: {
    previous: option("--previous <file>", "The YAML as it is now", text.optional()),
  },
  examples: [
    "muster pipelines compile graph.json > collector.yaml",
    "muster pipelines compile graph.yaml --previous collector.yaml",
  ],
  answer: compiledPipelines,
  async run(cli, { args, options }) {
    const graph = await readBody(cli, args.graph, compilePipelinesBody.shape.graph, "pipeline-file");
    const previous = options.previous === undefined ? undefined : await readSource(cli, options.previous);
    const compiled = graphToYaml(graph, previous);
    const { content, problems } = compiled;
    const known = content !== null && kinds.some((one) => one.kind === kind);
    const diagnostics = [...compiled.diagnostics, ...(known ? validate(kind, content) : [])];
    if (cli.output.json) cli.output.result({ content, problems, diagnostics }, () => "");
    else {
      const { style } = cli.output;
      for (const problem of problems) cli.output.note(showProblem(problem, style));
      const about = content ?? previous ?? "";
      const name = content === null ? (options.previous ?? "") : "the result";
      if (diagnostics.length > 0) cli.output.note(showDiagnostics(diagnostics, name, about, style));
      if (content !== null) cli.io.stdout.write(content);
    }
    if (content === null) {
      throw new Failure("failed", "Nothing was written. Mend what is named above, and compile again.");
    }
  },
});

function showProblem(
  {
    severity,
    code,
    message,
    hint,
  }: { severity: "error" | "warning"; code: string; message: string; hint: string | null },
  { color }: Style,
): string {
  const word = severity === "error" ? color.red("error") : color.yellow("warning");
  return `${word}: ${clean(message)} ${color.dim(`[${code}]`)}${hint ? `\n  hint: ${clean(hint)}` : ""}`;
}

export const parsePipelines = command({
  name: "parse",
  summary: "Draw a collector's YAML as a graph",
  about: "Needs no server and no sign-in. The graph is JSON; `muster pipelines compile` takes it back.",
  args: { file },
  examples: ["muster pipelines parse collector.yaml > graph.json"],
  answer: parsedPipelines,
  async run(cli, { args }) {
    const content = await readSource(cli, args.file);
    const parsed = yamlToGraph(content);
    const name = args.file === "-" ? "standard input" : args.file;
    if (cli.output.json) cli.output.result(parsed, () => "");
    else {
      if (parsed.diagnostics.length > 0) {
        cli.output.note(showDiagnostics(parsed.diagnostics, name, content, cli.output.style));
      }
      if (parsed.graph) cli.io.stdout.write(`${JSON.stringify(parsed.graph, null, 2)}\n`);
    }
    if (!parsed.graph) throw new Failure("failed", `${name} cannot be drawn. Mend it and try again.`);
  },
});
