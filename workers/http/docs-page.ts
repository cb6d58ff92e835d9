import { html, raw } from "hono/html";
import { errorCodes } from "../../domain/errors.ts";
import type { openApiDocument } from "./openapi.ts";

type Document = ReturnType<typeof openApiDocument>;
type Operation = NonNullable<NonNullable<Document["paths"]>[string]["get"]>;
type Parameter = Extract<NonNullable<Operation["parameters"]>[number], { name: string }>;

interface Entry {
  method: string;
  path: string;
  operation: Operation;
}

const methods = ["get", "post", "put", "patch", "delete"] as const;

export const docsStyles = `
:root { color-scheme: light dark; --line: #d8dce3; --soft: #5b6472; --ground: #fff; --panel: #f5f6f8; --text: #171a20; --link: #1f5fbf }
@media (prefers-color-scheme: dark) { :root { --line: #303641; --soft: #9aa4b2; --ground: #14171c; --panel: #1c2027; --text: #e6e9ee; --link: #7fb0ff } }
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.55 system-ui, sans-serif }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1rem 6rem }
a { color: var(--link) } a:focus-visible, summary:focus-visible { outline: 2px solid var(--link); outline-offset: 2px }
h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); padding-bottom: .3rem }
article { margin: 1.5rem 0; border: 1px solid var(--line); border-radius: .5rem; padding: .25rem 1rem 1rem }
h3 { font-size: 1rem; margin: .75rem 0 .25rem; overflow-wrap: anywhere }
code, pre { font: .875rem/1.5 ui-monospace, monospace }
pre { background: var(--panel); padding: .75rem; border-radius: .375rem; overflow-x: auto; margin: .5rem 0 0 }
.method { display: inline-block; min-width: 3.75rem; font-weight: 700 }
.soft { color: var(--soft) }
.scroll { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-size: .9375rem }
th, td { text-align: left; vertical-align: top; padding: .3rem .75rem .3rem 0; border-bottom: 1px solid var(--line) }
nav ul { columns: 14rem; padding-left: 1.2rem }
summary { cursor: pointer; margin-top: .5rem }
`;

function entriesOf(document: Document): Entry[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method];
      return operation ? [{ method: method.toUpperCase(), path, operation }] : [];
    }),
  );
}

const anchor = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]+/g, "-");

const escapeHtml = (text: string): string =>
  text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/"/g, "&quot;");

/** Backquotes of our own texts as code. */
const codes = (text: string) => raw(escapeHtml(text).replace(/`([^`]+)`/g, "<code>$1</code>"));

/** JSON, with references as links to the schema's place on the page. */
const json = (schema: unknown) =>
  raw(
    escapeHtml(JSON.stringify(schema, null, 2)).replace(
      /#\/components\/schemas\/(\w+)/g,
      (text, name: string) => `<a href="#schema-${anchor(name)}">${text}</a>`,
    ),
  );

const schemaBlock = (title: string, schema: unknown) =>
  html`<details><summary>${title}</summary><pre>${json(schema)}</pre></details>`;

function parameterRow(parameter: Parameter) {
  const need = parameter.required ? "required" : "optional";
  return html`<tr><td><code>${parameter.name}</code></td><td>${parameter.in}, ${need}</td><td>${codes(parameter.description ?? "")}</td></tr>`;
}

function article({ method, path, operation }: Entry) {
  const parameters = (operation.parameters ?? []).filter((one): one is Parameter => "name" in one);
  const access = String((operation as Record<string, unknown>)["x-muster-access"] ?? "");
  const bodies =
    operation.requestBody && "content" in operation.requestBody ? operation.requestBody.content : {};
  const needs =
    access === "public"
      ? "No credential."
      : access === "person"
        ? "Any credential."
        : html`Needs <code>${access}</code>.`;
  return html`<article id="${operation.operationId ?? ""}">
<h3><span class="method">${method}</span> <code>${path}</code></h3>
<p>${operation.summary}. ${codes(operation.description ?? "")} <span class="soft">${needs}</span></p>
${parameters.length === 0 ? "" : html`<div class="scroll"><table><thead><tr><th>Parameter</th><th>Where</th><th>What</th></tr></thead><tbody>${parameters.map(parameterRow)}</tbody></table></div>`}
${Object.values(bodies).map((one) => schemaBlock("Body", "schema" in one ? one.schema : {}))}
${Object.entries(operation.responses ?? {}).map(([status, response]) => {
  const text = "description" in response ? response.description : "";
  const body = "content" in response ? response.content?.["application/json"] : undefined;
  return body && "schema" in body
    ? schemaBlock(`${status} ${text}`, body.schema)
    : html`<p class="soft">${status} ${codes(text ?? "")}</p>`;
})}
</article>`;
}

/** The document for people. Works without scripts, and fetches nothing. */
export function docsPage(document: Document): string {
  const groups = Map.groupBy(entriesOf(document), ({ operation }) => operation.tags?.[0] ?? "Other");
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Muster API</title>
<style>${raw(docsStyles)}</style>
</head>
<body><main>
<h1>Muster API</h1>
${(document.info.description ?? "").split("\n\n").map((one) => html`<p>${codes(one)}</p>`)}
<p>For machines: <a href="/v1/openapi.json">/v1/openapi.json</a> (OpenAPI ${document.openapi}).</p>
<pre>curl -H "Authorization: Bearer $MUSTER_API_KEY" "$MUSTER_URL/v1/me"</pre>
<nav aria-label="Contents"><ul>
${[...groups.keys()].map((tag) => html`<li><a href="#${anchor(tag)}">${tag}</a></li>`)}
<li><a href="#errors">Errors</a></li><li><a href="#schemas">Schemas</a></li>
</ul></nav>
${[...groups].map(([tag, entries]) => html`<h2 id="${anchor(tag)}">${tag}</h2>${entries.map(article)}`)}
<h2 id="errors">Errors</h2>
<div class="scroll"><table><thead><tr><th>Code</th><th>Status</th><th>Meaning</th><th>Again?</th></tr></thead><tbody>
${Object.entries(errorCodes).map(
  ([code, { status, title, retryable }]) =>
    html`<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${title}</td><td>${retryable ? "the same request may be sent again" : ""}</td></tr>`,
)}
</tbody></table></div>
<h2 id="schemas">Schemas</h2>
${Object.entries(document.components?.schemas ?? {}).map(
  ([name, schema]) => html`<div id="schema-${anchor(name)}">${schemaBlock(name, schema)}</div>`,
)}
</main></body>
</html>`;
  return String(page);
}
