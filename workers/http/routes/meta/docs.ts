import { docsPage, docsStyles } from "../../docs-page.ts";
import examples from "../../examples.json" with { type: "json" };
import { openApiDocument } from "../../openapi.ts";
import { publicRoute, type Route } from "../../route.ts";

/** As a content policy names what it allows. */
async function hashOf(text: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return `sha256-${btoa(String.fromCharCode(...new Uint8Array(hash)))}`;
}

/** The API as a page for people: no script, no other host. */
export function docsRoute(routes: () => readonly Route[], version: string): Route {
  let page: string | undefined;
  return publicRoute({
    method: "get",
    path: "/docs/api",
    operationId: "apiPage",
    tag: "Meta",
    summary: "This API as a readable page",
    kind: "page",
    handle: async () => {
      page ??= docsPage(openApiDocument(routes(), version, examples));
      return new Response(page, {
        headers: {
          "content-type": "text/html; charset=utf-8",
          "content-security-policy": `default-src 'none'; style-src '${await hashOf(docsStyles)}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
        },
      });
    },
  });
}
