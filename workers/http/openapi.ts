import { z } from "zod";
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from "zod-openapi";
import { answerHeaders, headersOf, refusalResponses, takesIdempotencyKey } from "./openapi-refusals.ts";
import { frontDoor, securitySchemes, tags, webhooks } from "./openapi-surroundings.ts";
import type { Route } from "./route.ts";

/** `z.stringbool()`: "true" or "false" as text, which in a parameter is OpenAPI's boolean. */
function isTextBoolean(schema: unknown): boolean {
  if (!(schema instanceof z.ZodPipe)) return false;
  return schema.in instanceof z.ZodString && schema.out instanceof z.ZodBoolean;
}

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

function success(route: Route): Responses {
  if (route.kind === "websocket") return { 101: { description: "The WebSocket is open" } };
  if (route.kind === "redirect") {
    const location = { description: "Where to go on", schema: { type: "string" as const } };
    return { 302: { description: "Go on elsewhere", headers: { ...answerHeaders, location } } };
  }
  const status = route.status ?? 200;
  const content = contentOf(route);
  const others = Object.entries(route.otherAnswers ?? {}).map(([other, schema]) => [
    other,
    {
      description: successTexts[Number(other)] ?? "OK",
      headers: headersOf(route),
      content: json(schema),
    },
  ]);
  return {
    [String(status)]: {
      description: successTexts[status] ?? "OK",
      headers: headersOf(route),
      ...(content && { content }),
    },
    ...Object.fromEntries(others),
  };
}

/** A request and its answer, as the test suite saw them. */
interface Example {
  body?: unknown;
  status: number;
  answer?: unknown;
}
export type Examples = Record<string, Example | undefined>;

type Responses = NonNullable<ZodOpenApiOperationObject["responses"]>;

function withExample(responses: Responses, example: Example | undefined): Responses {
  const status = String(example?.status) as keyof Responses;
  const response = responses[status] as { content?: Record<string, object> } | undefined;
  const content = response?.content?.["application/json"];
  if (!content || example?.answer === undefined) return responses;
  const shown = { ...content, example: example.answer };
  return { ...responses, [status]: { ...response, content: { "application/json": shown } } };
}

function securityOf(route: Route): Record<string, string[]>[] {
  if (route.readsCookie) return [{}, { refreshCookie: [] }];
  return route.access === "public" ? [] : [{ bearer: [] }];
}

function operation(route: Route, example: Example | undefined): ZodOpenApiOperationObject {
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
    security: securityOf(route),
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
        content: {
          "application/json": {
            schema: route.body,
            ...(example?.body !== undefined && { example: example.body }),
          },
        },
      },
    }),
    responses: { ...withExample(success(route), example), ...refusalResponses(route) },
  };
}

const description = `Muster moves fleets of agents to the configs that they should run, safely, and proves what happened.

JSON in camelCase; ids are \`prefix_ULID\`; times are RFC 3339 in UTC; durations are in seconds. Lists take \`limit\` and \`cursor\` and answer \`{items, nextCursor}\`. Errors are \`application/problem+json\` with a \`code\`, the cause and the fix; \`retryable\` says whether the same request may be sent again. A refusal that names a field lists it in \`errors\`.

\`Authorization: Bearer …\` carries a person's access token or an API key. Another organization's id answers as a missing one does. Writes take \`Idempotency-Key\`, and what people edit has an \`ETag\` that \`If-Match\` holds a change to.`;

/** The OpenAPI 3.1 document of these routes. */
export function openApiDocument(routes: readonly Route[], version: string, examples: Examples = {}) {
  const paths: ZodOpenApiPathsObject = { ...frontDoor };
  for (const route of routes) {
    paths[route.path] = {
      ...paths[route.path],
      [route.method]: operation(route, examples[route.operationId]),
    };
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
      tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
      paths,
      components: { securitySchemes },
      webhooks,
    },
    {
      override: ({ zodSchema, jsonSchema }) => {
        if (isTextBoolean(zodSchema)) jsonSchema.type = "boolean";
      },
    },
  );
}
