import { hasErrors } from "../../../domain/configs/diagnostic.ts";
import { kinds, validate } from "../../../domain/configs/kinds.ts";
import { listNames } from "../../../domain/configs/suggest.ts";
import { type Validation, validation } from "../../../protocol/api/configs.ts";
import type { Cli } from "../../cli.ts";
import { Failure } from "../../exit-codes.ts";
import { argument, command, option, text } from "../../spec.ts";
import { countDiagnostics, showDiagnostics } from "./diagnostics.ts";
import { findConfig } from "./find.ts";
import { kindOfFile, readSource } from "./source.ts";

export const validateConfig = command({
  name: "validate",
  summary: "Check a file without saving it",
  about:
    "Needs no server and no sign-in: the rules of all kinds come with this program. With --fleet the text is also " +
    "checked against what that fleet's agents report, such as the components that their collectors have. " +
    "Exits with 1 when it has errors; warnings alone are fine.",
  args: { file: argument("The file; - reads standard input", text) },
  options: {
    kind: option(
      "--kind <kind>",
      "What it is: see `muster configs kinds`; by the file's name when left out",
      text.optional(),
    ),
    config: option("--config <config>", "Take the kind of this config", text.optional()),
    selector: option(
      "--selector <selector>",
      "With --fleet: only agents whose labels match",
      text.optional(),
    ),
  },
  examples: [
    "muster configs validate haproxy.cfg",
    "muster configs validate edge.cfg --kind haproxy",
    "muster configs validate - --config edge < haproxy.cfg",
    "muster configs validate collector.yaml --kind otel-collector --fleet edge",
  ],
  answer: validation,
  async run(cli, { args, options }) {
    const name = args.file === "-" ? "standard input" : args.file;
    const kind =
      options.kind ??
      (options.config === undefined ? kindOfFile(args.file) : (await findConfig(cli, options.config)).kind);
    if (kind === undefined) {
      throw new Failure(
        "usage",
        `What ${name} is cannot be told by its name. Say it: --kind <kind>, see muster configs kinds. Plain text is --kind file.`,
      );
    }
    const content = await readSource(cli, args.file);
    const found =
      cli.globals.fleet === undefined
        ? validateHere(kind, content, options.selector)
        : await validateForFleet(cli, kind, content, options.selector);
    cli.output.result(found, (style) => {
      const list = showDiagnostics(found.diagnostics, name, content, style);
      const verdict = found.valid ? style.color.green("valid") : style.color.red("not valid");
      return [
        list,
        `${name} is ${verdict} as ${kind}${against(found)}: ${countDiagnostics(found.diagnostics)}.`,
      ]
        .filter((part) => part !== "")
        .join("\n");
    });
    if (!found.valid) throw new Failure("failed", `${name} has errors. Mend them and check again.`);
  },
});

function validateHere(kind: string, content: string, selector: string | undefined): Validation {
  if (selector !== undefined) {
    throw new Failure("usage", "--selector chooses among the agents of a fleet: give --fleet too.");
  }
  if (!kinds.some((one) => one.kind === kind)) {
    const known = listNames(
      kinds.map((one) => one.kind),
      kinds.length,
    );
    throw new Failure("failed", `There is no config kind "${kind}". Use one of: ${known}.`);
  }
  const diagnostics = validate(kind, content);
  return { valid: !hasErrors(diagnostics), diagnostics, checkedAgainst: null };
}

async function validateForFleet(
  cli: Cli,
  kind: string,
  content: string,
  selector: string | undefined,
): Promise<Validation> {
  const { id } = await cli.scope.fleet();
  return (await cli.client()).call("POST /v1/configs/validate", {
    body: { kind, content, fleet: id, selector },
  });
}

function against({ checkedAgainst }: Validation): string {
  if (!checkedAgainst) return "";
  const { agents, reporting } = checkedAgainst;
  return ` against ${agents} agent${agents === 1 ? "" : "s"} (${reporting} report their components)`;
}
