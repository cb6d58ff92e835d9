/** Writes `docs/reference/api.md` from the OpenAPI document and its examples. `--check` only says whether it is fresh. */
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { errorCodes } from "../domain/errors.ts";
import examples from "../workers/http/examples.json" with { type: "json" };
import { openApiDocument } from "../workers/http/openapi.ts";
import { apiVersion, routes } from "../workers/http/routes/index.ts";
import { type Document, type Operation, operationsOf } from "./client/operations.ts";
import { typeOf } from "./client/schema-types.ts";

const { values } = parseArgs({ options: { check: { type: "boolean", default: false } } });
const target = join(resolve(import.meta.dirname, ".."), "docs/reference/api.md");
const shownLines = 60;

const made = openApiDocument(routes, apiVersion);
// The generator reads the parts of the document that it names; the rest is the library's.
const document = made as unknown as Document;
const recorded = examples as Record<string, { body?: unknown; status: number; answer?: unknown }>;

const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");

/** Long examples are cut: the whole of them is in the document. */
function block(language: string, text: string): string[] {
  const lines = text.split("\n");
  const shown = lines.length > shownLines ? [...lines.slice(0, shownLines), "…"] : lines;
  return ["", `\`\`\`${language}`, ...shown, "```"];
}

function accessText(access = ""): string {
  if (access === "public") return "No credential.";
  return access === "person" ? "Any credential." : `Needs \`${access}\`.`;
}

function parameterRows(operation: Operation): string[] {
  const shown = (operation.parameters ?? []).filter((one) => one.in !== "header");
  if (shown.length === 0) return [];
  const rows = shown.map(({ name, in: place, required, schema }) => {
    const { description = "" } = (schema ?? {}) as { description?: string };
    return `| \`${name}\` | ${place}${required ? "" : ", optional"} | \`${cell(typeOf(schema ?? {}, "said"))}\` | ${cell(description)} |`;
  });
  return ["", "| parameter | where | type | what |", "|---|---|---|---|", ...rows];
}

function refusals(operation: Operation): string {
  const codes = Object.values(operation.responses ?? {}).flatMap((response) =>
    (response.content?.["application/problem+json"]?.schema?.allOf ?? []).flatMap(
      (one) => one.properties?.code?.enum ?? [],
    ),
  );
  const own = codes.filter((code) => !everywhere.has(String(code))).map((code) => `\`${code}\``);
  return own.length === 0 ? "" : ` Refuses with ${own.join(", ")}.`;
}

/** Said once, at the top. */
const everywhere = new Set([
  "internal",
  "unavailable",
  "rate_limited",
  "unauthenticated",
  "validation_failed",
]);

function section(name: string, operation: Operation): string[] {
  const example = recorded[operation.operationId ?? ""];
  const body = operation.requestBody?.content?.["application/json"]?.schema;
  return [
    "",
    `### ${name}`,
    "",
    `${operation.summary}. ${operation.description ?? ""}`.trim(),
    "",
    `\`${operation.operationId}\`. ${accessText(operation["x-muster-access"])}${refusals(operation)}`,
    ...parameterRows(operation),
    ...(body ? ["", "Body:", ...block("ts", typeOf(body, "given"))] : []),
    ...(example?.body !== undefined
      ? ["", "For example:", ...block("json", JSON.stringify(example.body, null, 2))]
      : []),
    ...(example?.answer !== undefined
      ? ["", `Answers ${example.status}:`, ...block("json", JSON.stringify(example.answer, null, 2))]
      : []),
  ];
}

const groups = Map.groupBy(operationsOf(document), ({ operation }) => operation.tags?.[0] ?? "");
const lines = [
  "# The API",
  "",
  "Made from the OpenAPI document by `node scripts/generate-api-reference.ts`; do not edit it by hand. The examples are answers of the test suite",
  "(`RECORD_EXAMPLES=1 npx vitest run -u --project workers test/contracts/examples`). The document itself: `GET /v1/openapi.json`; as a page: `/docs/api`.",
  "",
  made.info.description ?? "",
  "",
  `Every operation may also refuse with ${[...everywhere].map((code) => `\`${code}\``).join(", ")}.`,
  "",
  ...[...groups.keys()].map((tag) => `- [${tag}](#${tag.toLowerCase().replaceAll(" ", "-")})`),
  "- [Errors](#errors)",
];
for (const { name: tag, description } of made.tags ?? []) {
  const operations = groups.get(tag) ?? [];
  if (operations.length === 0) continue;
  lines.push("", `## ${tag}`, "", description ?? "");
  for (const { name, operation } of operations) lines.push(...section(name, operation));
}
lines.push("", "## Errors", "", "| code | status | meaning | may be sent again |", "|---|---|---|---|");
for (const [code, { status, title, retryable }] of Object.entries(errorCodes)) {
  lines.push(`| \`${code}\` | ${status} | ${title} | ${retryable ? "yes" : "no"} |`);
}
const text = `${lines.join("\n")}\n`;

if (values.check) {
  const fresh = readFileSync(target, "utf8") === text;
  if (!fresh) console.error("docs/reference/api.md is stale: run node scripts/generate-api-reference.ts");
  process.exitCode = fresh ? 0 : 1;
} else {
  writeFileSync(target, text);
}
