/** Writes `protocol/client/operations.ts` from the routes' OpenAPI document. `--check` only says whether it is fresh. */
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { openApiDocument } from "../workers/http/openapi.ts";
import { apiVersion, routes } from "../workers/http/routes/index.ts";
import { type Document, generateOperations } from "./client/operations.ts";

const { values } = parseArgs({ options: { check: { type: "boolean", default: false } } });
const target = join(resolve(import.meta.dirname, ".."), "protocol/client/operations.ts");

// The generator reads the parts of the document that it names; the rest is the library's.
const made = generateOperations(openApiDocument(routes, apiVersion) as unknown as Document);
if (values.check) {
  const fresh = readFileSync(target, "utf8") === made;
  if (!fresh) console.error("protocol/client/operations.ts is stale: run node scripts/generate-client.ts");
  process.exitCode = fresh ? 0 : 1;
} else {
  writeFileSync(target, made);
}
