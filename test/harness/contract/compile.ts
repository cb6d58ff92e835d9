/**
 * Prints a module that checks answers against the OpenAPI document: `node test/harness/contract/compile.ts`. Made
 * beforehand, because workerd lets nobody make code from text, which is what ajv does.
 */
import { Ajv2020 } from "ajv/dist/2020.js";
import standaloneCode from "ajv/dist/standalone/index.js";
import addFormats from "ajv-formats";
import { build } from "esbuild";
import { openApiDocument } from "../../../workers/http/openapi.ts";
import { routes } from "../../../workers/http/routes/index.ts";

interface Schema {
  allOf?: { properties?: { code?: { enum?: string[] } } }[];
}

interface Response {
  headers?: Record<string, { required?: boolean }>;
  content?: Record<string, { schema?: Schema }>;
}

/** The codes of a problem; its shape is one check for all, which keeps the module small. */
const codesOf = (schema: Schema): string[] =>
  (schema.allOf ?? []).flatMap(({ properties }) => properties?.code?.enum ?? []);

const documentId = "muster";
const document = openApiDocument(routes, "test");

/** References leave the document that they were written in: they name it. */
const rooted = (schema: unknown): object =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', `"${documentId}#/components/`));

const ajv = new Ajv2020({ strict: false, inlineRefs: false, code: { source: true, esm: true } });
addFormats.default(ajv);
ajv.addFormat("base64", true);
ajv.addSchema({ $id: documentId, ...rooted({ components: document.components }) });

const names = new Map<string, string>();
/** Equal schemas share one check. */
function checkOf(schema: object): string {
  const text = JSON.stringify(rooted(schema));
  const known = names.get(text);
  if (known) return known;
  const name = `check${names.size}`;
  names.set(text, name);
  ajv.addSchema({ $id: name, ...JSON.parse(text) });
  return name;
}

const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
  (["get", "post", "put", "patch", "delete"] as const).flatMap((method) => {
    const operation = item[method];
    if (!operation) return [];
    const responses = Object.entries((operation.responses ?? {}) as Record<string, Response>).map(
      ([status, { content = {}, headers = {} }]) => [
        status,
        {
          headers: Object.keys(headers).filter((name) => headers[name]?.required),
          codes: Object.values(content).flatMap(({ schema }) => codesOf(schema ?? {})),
          content: Object.fromEntries(
            Object.entries(content).map(([type, { schema }]) => [
              type,
              schema && type === "application/json" ? checkOf(schema) : null,
            ]),
          ),
        },
      ],
    );
    const pattern = `^${path.replace(/[.]/g, "\\.").replace(/\{\w+\}/g, "[^/]+")}$`;
    return [
      {
        method: method.toUpperCase(),
        path,
        pattern,
        operationId: operation.operationId,
        responses: Object.fromEntries(responses),
      },
    ];
  }),
);
const problem = checkOf({ $ref: "#/components/schemas/Problem" });

const references = Object.fromEntries([...names.values()].map((name) => [name, name]));
const code = `${standaloneCode(ajv, references)}
export default { ${[...names.values()].join(", ")} };
export const operations = ${JSON.stringify(operations)};
export const problem = ${JSON.stringify(problem)};
`;
const bundled = await build({
  stdin: { contents: code, resolveDir: import.meta.dirname, loader: "js" },
  bundle: true,
  format: "esm",
  platform: "neutral",
  mainFields: ["main"],
  minify: true,
  write: false,
  logLevel: "error",
});
process.stdout.write(bundled.outputFiles[0]?.text ?? "");
