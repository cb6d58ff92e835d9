import { validation } from "../../../protocol/api/configs.ts";
import { Failure } from "../../exit-codes.ts";
import { argument, command, option, text } from "../../spec.ts";
import { countDiagnostics, showDiagnostics } from "./diagnostics.ts";
import { findConfig } from "./find.ts";
import { readSource } from "./source.ts";

export const validateConfig = command({
  name: "validate",
  summary: "Check a file without saving it",
  about: "Exits with 1 when it has errors; warnings alone are fine.",
  args: { file: argument("The file; - reads standard input", text) },
  options: {
    kind: option("--kind <kind>", "What it is: see `muster configs kinds` (default file)", text.optional()),
    config: option("--config <config>", "Take the kind of this config", text.optional()),
  },
  examples: [
    "muster configs validate haproxy.cfg --kind haproxy",
    "muster configs validate - --config edge < haproxy.cfg",
  ],
  answer: validation,
  async run(cli, { args, options }) {
    const content = await readSource(cli, args.file);
    const kind =
      options.kind ?? (options.config === undefined ? "file" : (await findConfig(cli, options.config)).kind);
    const found = await (await cli.client()).call("POST /v1/configs/validate", { body: { kind, content } });
    const name = args.file === "-" ? "standard input" : args.file;
    cli.output.result(found, (style) => {
      const list = showDiagnostics(found.diagnostics, name, content, style);
      const verdict = found.valid ? style.color.green("valid") : style.color.red("not valid");
      return [list, `${name} is ${verdict} as ${kind}: ${countDiagnostics(found.diagnostics)}.`]
        .filter((part) => part !== "")
        .join("\n");
    });
    if (!found.valid) throw new Failure("failed", `${name} has errors. Mend them and check again.`);
  },
});
