/** Writes `docs/reference/cli-json.md` and the schemas beside it from the commands: `node cli/json-reference.ts`. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { commands } from "./commands/index.ts";
import { schemaOf } from "./schemas.ts";
import { everyCommand } from "./spec.ts";

const place = (file: string) => fileURLToPath(new URL(`../docs/reference/${file}`, import.meta.url));
export const jsonFiles = { page: place("cli-json.md"), schemas: place("cli-schemas.json") };

const shown = () => everyCommand(commands).filter(({ spec }) => !spec.hidden);

/** Every command's schema under `commands`, by its words; what they share is under `$defs` once. */
export function allSchemas(): string {
  const shared: Record<string, unknown> = {};
  const byName: Record<string, unknown> = {};
  for (const { name, spec } of shown()) {
    const schema = schemaOf(name, spec);
    if (schema === null) continue;
    const { $defs, $schema: _, ...own } = schema;
    for (const [key, value] of Object.entries($defs ?? {})) {
      if (shared[key] !== undefined && JSON.stringify(shared[key]) !== JSON.stringify(value)) {
        throw new Error(`two shapes are called ${key}`);
      }
      shared[key] = value;
    }
    byName[name] = own;
  }
  const $schema = "https://json-schema.org/draft/2020-12/schema";
  return `${JSON.stringify({ $schema, $defs: shared, commands: byName }, null, 1)}\n`;
}

/** The members of a document, or of each kind of it. */
function members(schema: Record<string, unknown>): string {
  const kinds = Array.isArray(schema.anyOf)
    ? schema.anyOf
    : Array.isArray(schema.oneOf)
      ? schema.oneOf
      : [schema];
  return kinds
    .map((kind: { properties?: object }) => Object.keys(kind.properties ?? {}))
    .filter((names) => names.length > 0)
    .map((names) => names.map((name) => `\`${name}\``).join(", "))
    .join("; or ");
}

export function jsonReference(): string {
  const rows = shown().map(({ name, spec }) => {
    const schema = schemaOf(name, spec);
    if (schema === null) return `| \`${name}\` | no JSON | |`;
    return `| \`${name}\` | ${spec.lines ? "lines" : "document"} | ${members(schema)} |`;
  });
  return `${[
    "# What `--json` prints",
    "",
    "Made from the commands by `node cli/json-reference.ts`; do not edit it by hand.",
    "",
    "With `--json` a command prints one JSON document on standard output, or JSON lines where it streams; nothing else goes",
    'there. A failure prints `{"error": {code, message, requestId, errors, quota?, exitCode}}` on standard error.',
    "",
    "The JSON Schemas (2020-12) are in [cli-schemas.json](cli-schemas.json), under `commands` by each command's words, and come from",
    "`muster schema <command>` for the version that is installed. Newer versions may add members; none is taken away and",
    "no type changes. Tests hold what each command prints against its schema.",
    "",
    "| command | prints | members |",
    "|---|---|---|",
    ...rows,
  ].join("\n")}\n`;
}

export const written = (file: string) => readFileSync(file, "utf8");

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(jsonFiles.page, jsonReference());
  writeFileSync(jsonFiles.schemas, allSchemas());
}
