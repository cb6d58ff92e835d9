/** Writes the OpenAPI document into a file: `node scripts/write-openapi.ts <file>`. */
import { writeFileSync } from "node:fs";
import examples from "../workers/http/examples.json" with { type: "json" };
import { openApiDocument } from "../workers/http/openapi.ts";
import { apiVersion, routes } from "../workers/http/routes/index.ts";

const [file] = process.argv.slice(2);
if (!file) throw new Error("Name the file to write: node scripts/write-openapi.ts <file>");
writeFileSync(file, JSON.stringify(openApiDocument(routes, apiVersion, examples), null, 2));
