import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { z } from "zod";
import { rolloutExport } from "../../../protocol/api/rollouts.ts";
import { Failure } from "../../exit-codes.ts";
import { argument, command, option, text } from "../../spec.ts";
import { findRolloutId, rolloutArgument } from "./find.ts";

export const exportRollout = command({
  name: "export",
  summary: "Write a rollout's plan, log and decisions into one document",
  about: "`muster rollouts replay` replays it, offline. Without --output it goes to standard output.",
  args: {
    rollout: argument(
      `${rolloutArgument}; the active or else the last one when left out`,
      text.optional(),
      "rollout",
    ),
  },
  options: { output: option("-o, --output <file>", "Write it there", text.optional()) },
  examples: ["muster rollouts export latest -o rollout.json", "muster rollouts export 3 | jq .document.plan"],
  answer: rolloutExport.or(z.object({ rolloutId: z.string(), file: z.string() })),
  async run(cli, { args, options }) {
    const id = await findRolloutId(cli, args.rollout, true);
    const found = await (await cli.client()).call("GET /v1/rollouts/{rollout}/export", {
      path: { rollout: id },
    });
    const document = JSON.stringify(found, null, 2);
    if (options.output === undefined) {
      cli.output.result(found, () => document);
      return;
    }
    const { output } = options;
    try {
      await writeFile(resolve(cli.io.cwd, output), `${document}\n`);
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : "not writable";
      throw new Failure("failed", `${output} cannot be written (${code}). Check the path.`);
    }
    cli.output.result(
      { rolloutId: id, file: output },
      () => `Wrote ${id} to ${output}.\nNext: muster rollouts replay ${output}`,
    );
  },
});
