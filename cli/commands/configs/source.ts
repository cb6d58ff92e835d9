import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Cli } from "../../cli.ts";
import { Failure } from "../../exit-codes.ts";
import { readAll } from "../../io.ts";

/** A file's text, or standard input for `-`. */
export async function readSource(cli: Cli, file: string): Promise<string> {
  if (file === "-") return readAll(cli.io.stdin);
  let bytes: Buffer;
  try {
    bytes = await readFile(resolve(cli.io.cwd, file));
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unreadable";
    throw new Failure("failed", `${file} cannot be read (${code}). Check the path.`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Failure("failed", `${file} is not UTF-8 text. Configs are text.`);
  }
}
