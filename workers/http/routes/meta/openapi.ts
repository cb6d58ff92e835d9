import { z } from "zod";
import examples from "../../examples.json" with { type: "json" };
import { openApiDocument } from "../../openapi.ts";
import { publicRoute, type Route } from "../../route.ts";

/** The document is made at the first request for it, and kept. */
export function openApiRoute(routes: () => readonly Route[], version: string): Route {
  let document: Record<string, unknown> | undefined;
  return publicRoute({
    method: "get",
    path: "/v1/openapi.json",
    operationId: "openApi",
    tag: "Meta",
    summary: "This API as an OpenAPI 3.1 document",
    answer: z.record(z.string(), z.unknown()),
    handle: async () => {
      document ??= { ...openApiDocument(routes(), version, examples) };
      return document;
    },
  });
}
