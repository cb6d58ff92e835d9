import { parseDocument } from "yaml";
import type { z } from "zod";
import type { Cli } from "./cli.ts";
import { readSource } from "./commands/configs/source.ts";
import { Failure } from "./exit-codes.ts";

/** Reads YAML or JSON by a request's own schema, so that what is wrong is named before it is sent. */
export async function readBody<S extends z.ZodType>(
  cli: Cli,
  file: string,
  schema: S,
  topic: string,
): Promise<z.output<S>> {
  const document = parseDocument(await readSource(cli, file));
  const broken = document.errors[0];
  if (broken) throw new Failure("usage", `${file} is not YAML or JSON: ${broken.message}`);
  const parsed = schema.safeParse(document.toJS());
  if (parsed.success) return parsed.data;
  throw new Failure("usage", `${file} is not as it must be. See: muster help ${topic}`, {
    errors: parsed.error.issues.map(({ path, message }) => ({
      path: path.join(".") || "(the file)",
      message,
    })),
  });
}
