import { readFile } from "node:fs/promises";
import { basename, extname, resolve } from "node:path";
import { kinds } from "../../../domain/configs/kinds.ts";
import type { Cli } from "../../cli.ts";
import { Failure } from "../../exit-codes.ts";
import { readBytes } from "../../io.ts";

/** A file's text, or standard input for `-`. */
export async function readSource(cli: Cli, file: string): Promise<string> {
  const source = file === "-" ? "Standard input" : file;
  let bytes: Buffer;
  try {
    bytes = await (file === "-" ? readBytes(cli.io.stdin) : readFile(resolve(cli.io.cwd, file)));
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unreadable";
    throw new Failure("failed", `${source} cannot be read (${code}). Check the path.`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Failure("failed", `${source} is not UTF-8 text. Configs are text.`);
  }
}

/** The kind whose files have this very name, such as haproxy.cfg, or the only one in the language, such as edge.kdl. */
export function kindOfFile(file: string): string | undefined {
  const name = basename(file);
  const language = extname(name).slice(1).toLowerCase();
  const inLanguage = kinds.filter((one) => one.language === language);
  const found = kinds.find((one) => one.defaultFileName === name);
  return (found ?? (inLanguage.length === 1 ? inLanguage[0] : undefined))?.kind;
}
