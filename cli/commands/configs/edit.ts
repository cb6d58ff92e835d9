import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { diffText, formatDiff } from "../../../domain/configs/diff.ts";
import { configVersion } from "../../../protocol/api/configs.ts";
import type { Cli } from "../../cli.ts";
import { Failure } from "../../exit-codes.ts";
import { argument, command, option, text } from "../../spec.ts";
import { showDiagnostics } from "./diagnostics.ts";
import { paintDiff } from "./diff.ts";
import { findConfig, pushVersion, readVersion } from "./find.ts";
import { showPushed } from "./push.ts";

/** The editor may be a command line (`code --wait`), hence the shell; the file is its argument, not its text. */
async function openEditor(cli: Cli, file: string): Promise<void> {
  const { env, stdin } = cli.io;
  const editor = env.VISUAL || env.EDITOR || "vi";
  if (!env.VISUAL && !env.EDITOR && !stdin.isTTY) {
    throw new Failure("usage", "There is no terminal for an editor. Use `muster configs push` instead.");
  }
  const child = spawn("sh", ["-c", `${editor} "$1"`, "sh", file], { stdio: "inherit", env: cli.io.env });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
  });
  if (code !== 0)
    throw new Failure("failed", `The editor (${editor}) ended with ${code}. Nothing was saved.`);
}

export const editConfig = command({
  name: "edit",
  summary: "Edit the latest version in your editor and save it as the next",
  about:
    "Opens $VISUAL or $EDITOR, checks what it made, shows the change and saves it. Text with errors is not saved, nor is one beside which somebody saved another version (exit 5): it is kept in a file that the message names.",
  args: { config: argument("Id or name", text, "config") },
  options: { message: option("-m, --message <text>", "Why this version", text.optional()) },
  examples: ['muster configs edit greeting -m "new text"', "EDITOR='code --wait' muster configs edit edge"],
  answer: z.union([configVersion, z.object({ changed: z.literal(false), version: z.number().int() })]),
  async run(cli, { args, options }) {
    const client = await cli.client();
    const found = await findConfig(cli, args.config);
    const { items: kinds } = await client.call("GET /v1/config-kinds");
    const kind = kinds.find((candidate) => candidate.kind === found.kind);
    const before =
      found.latestVersion === 0 ? (kind?.template ?? "") : (await readVersion(cli, found, null)).content;
    const folder = await mkdtemp(join(tmpdir(), "muster-edit-"));
    const file = join(folder, kind?.defaultFileName ?? found.name);
    await writeFile(file, before, { mode: 0o600 });
    await openEditor(cli, file);
    const content = await readFile(file, "utf8");
    if (content === before && found.latestVersion > 0) {
      await rm(folder, { recursive: true, force: true });
      cli.output.note("Nothing was changed, nothing was saved.");
      cli.output.result({ changed: false, version: found.latestVersion }, () => "");
      return;
    }
    const checked = await client.call("POST /v1/configs/validate", { body: { kind: found.kind, content } });
    if (checked.diagnostics.length > 0) {
      cli.output.note(showDiagnostics(checked.diagnostics, file, content, cli.output.style));
    }
    if (!checked.valid) {
      throw new Failure(
        "failed",
        `It has errors and was not saved. Mend ${file}, then: muster configs push ${found.name} ${file}`,
      );
    }
    if (found.latestVersion > 0 && !cli.output.json) {
      const lines = formatDiff(diffText(before, content)).replace(/\n$/, "").split("\n");
      cli.output.note(lines.map((line) => paintDiff(line, cli.output.style)).join("\n"));
    }
    const made = await pushVersion(cli, found, {
      content,
      message: options.message,
      baseVersion: found.latestVersion,
    }).catch((error: unknown) => {
      cli.output.note(`Your text is kept in ${file}.`);
      throw error;
    });
    await rm(folder, { recursive: true, force: true });
    showPushed(cli, found, made, true);
  },
});
