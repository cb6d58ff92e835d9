import { z } from "zod";
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from "zod-openapi";
import { type ErrorCode, errorCodes } from "../../domain/errors.ts";
import { problem } from "../../protocol/api/shared.ts";
import { problemType } from "./errors.ts";
import type { Route } from "./route.ts";

/** Refusals that follow from a route's shape, and so are never written by hand. */
function refusalsOf(route: Route): ErrorCode[] {
  const codes: ErrorCode[] = ["internal", "unavailable"];
  if (route.access !== "public") codes.push("unauthenticated");
  if (route.access !== "public" && route.access !== "person") codes.push("forbidden");
  if (route.access === "public" && route.method !== "get") codes.push("forbidden");
  if (route.params) codes.push("not_found");
  if (route.kind !== "page") codes.push("validation_failed");
  if (route.body) codes.push("malformed_body", "payload_too_large", "unsupported_media_type");
  if (takesIdempotencyKey(route)) codes.push("idempotency_mismatch", "idempotency_in_progress");
  return [...new Set([...codes, ...(route.refusals ?? [])])];
}

export const takesIdempotencyKey = (route: Route): boolean =>
  route.method !== "get" && route.access !== "public" && route.idempotent !== false;

/** `z.stringbool()`: "true" or "false" as text, which in a parameter is OpenAPI's boolean. */
function isTextBoolean(schema: unknown): boolean {
  if (!(schema instanceof z.ZodPipe)) return false;
  return schema.in instanceof z.ZodString && schema.out instanceof z.ZodBoolean;
}

/** The problem, with the codes that it can have under one status. */
const problemOf = (status: number, codes: ErrorCode[]) =>
  z.intersection(
    problem,
    z.looseObject({
      status: z.literal(status),
      code: z.enum(codes as [ErrorCode, ...ErrorCode[]]),
    }),
  );

function refusalResponses(route: Route): ZodOpenApiOperationObject["responses"] {
  const byStatus = Map.groupBy(refusalsOf(route), (code) => String(errorCodes[code].status));
  return Object.fromEntries(
    [...byStatus]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([status, codes]) => [
        status,
        {
          description: codes.map((code) => `\`${code}\`: ${errorCodes[code].title}`).join("; "),
          headers: requestIdHeader,
          content: { [problemType]: { schema: problemOf(Number(status), codes) } },
        },
      ]),
  );
}

const requestIdHeader = {
  "x-request-id": { description: "Names this request in our logs", schema: { type: "string" as const } },
};

const successTexts: Record<number, string> = { 200: "OK", 201: "Created", 202: "Accepted", 204: "Done" };
const json = (schema: z.ZodType) => ({ "application/json": { schema } });

function contentOf(route: Route) {
  if (route.kind === "page") return { "text/html": { schema: { type: "string" as const } } };
  if (route.kind === "file") {
    const schema = { type: "string" as const };
    return Object.fromEntries((route.media ?? []).map((type) => [type, { schema }]));
  }
  return route.answer && route.status !== 204 ? json(route.answer) : undefined;
}

function success(route: Route): ZodOpenApiOperationObject["responses"] {
  if (route.kind === "websocket") return { 101: { description: "The WebSocket is open" } };
  if (route.kind === "redirect") {
    const location = { description: "Where to go on", schema: { type: "string" as const } };
    return { 302: { description: "Go on elsewhere", headers: { ...requestIdHeader, location } } };
  }
  const status = route.status ?? 200;
  const content = contentOf(route);
  const others = Object.entries(route.otherAnswers ?? {}).map(([other, schema]) => [
    other,
    {
      description: successTexts[Number(other)] ?? "OK",
      headers: requestIdHeader,
      content: json(schema),
    },
  ]);
  return {
    [String(status)]: {
      description: successTexts[status] ?? "OK",
      headers: requestIdHeader,
      ...(content && { content }),
    },
    ...Object.fromEntries(others),
  };
}

function operation(route: Route): ZodOpenApiOperationObject {
  const header = takesIdempotencyKey(route)
    ? z.object({
        "Idempotency-Key": z
          .string()
          .max(255)
          .optional()
          .meta({ description: "The same key and request within 24 hours get the first answer again" }),
      })
    : undefined;
  return {
    operationId: route.operationId,
    tags: [route.tag],
    summary: route.summary,
    ...(route.description && { description: route.description }),
    security: route.access === "public" ? [] : [{ bearer: [] }],
    "x-muster-access": route.access,
    ...(route.peopleOnly && { "x-muster-people-only": true }),
    requestParams: {
      // Every params and query schema is an object.
      ...(route.params && { path: route.params as z.ZodObject }),
      ...(route.query && { query: route.query as z.ZodObject }),
      ...(header && { header }),
    },
    ...(route.body && {
      requestBody: {
        required: route.bodyOptional !== true,
        content: { "application/json": { schema: route.body } },
      },
    }),
    responses: { ...success(route), ...refusalResponses(route) },
  };
}

const description = `Muster moves fleets of agents to the configs that they should run, safely, and proves what happened.

JSON in camelCase; ids are \`prefix_ULID\`; times are RFC 3339 in UTC; durations are in seconds. Lists take \`limit\` and \`cursor\` and answer \`{items, nextCursor}\`. Errors are \`application/problem+json\` with a \`code\`, the cause and the fix.`;

/** The OpenAPI 3.1 document of these routes. */
export function openApiDocument(routes: readonly Route[], version: string) {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: operation(route) };
  }
  return createDocument(
    {
      openapi: "3.1.0",
      info: {
        title: "Muster API",
        version,
        description,
        license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      },
      servers: [{ url: "/" }],
      tags: [...new Set(routes.map((route) => route.tag))].map((name) => ({ name })),
      paths,
      components: {
        securitySchemes: {
          bearer: {
            type: "http",
            scheme: "bearer",
            description: "An access token of a person (15 minutes), or an API key (`mk_…`)",
          },
        },
      },
    },
    {
      override: ({ zodSchema, jsonSchema }) => {
        if (isTextBoolean(zodSchema)) jsonSchema.type = "boolean";
      },
    },
  );
}
