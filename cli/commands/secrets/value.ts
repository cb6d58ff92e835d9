import { z } from "zod";
import type { Cli } from "../../cli.ts";
import { Failure } from "../../exit-codes.ts";
import { ask } from "../../prompt.ts";
import { option, text } from "../../spec.ts";
import { readSource } from "../configs/source.ts";

export const valueOptions = {
  file: option(
    "--file <file>",
    "Read the value from a file, without the line break at its end; - reads standard input",
    text.optional(),
  ),
};

export const descriptionOption = option("--description <text>", "What it is for", z.string().optional());

/** Never from the command line, where other people's `ps` and the shell's history would have it. */
export async function readSecret(cli: Cli, file: string | undefined): Promise<string> {
  if (file !== undefined) return (await readSource(cli, file)).replace(/\r?\n$/, "");
  const how = {
    hidden: true,
    instead: "Give the value with --file, or on standard input with --file -.",
    signal: cli.signal,
  };
  const value = await ask(cli.io, "Value: ", how);
  if ((await ask(cli.io, "Again: ", how)) !== value) {
    throw new Failure("usage", "The two values differ. Nothing was set; type them again.");
  }
  return value;
}
