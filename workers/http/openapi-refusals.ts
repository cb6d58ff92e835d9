import { z } from "zod";
import type { ZodOpenApiOperationObject } from "zod-openapi";
import { type ErrorCode, errorCodes } from "../../domain/errors.ts";
import { problem } from "../../protocol/api/shared.ts";
import { problemType } from "./errors.ts";
import type { Route } from "./route.ts";

type Responses = NonNullable<ZodOpenApiOperationObject["responses"]>;

const text = { type: "string" as const };

/** On every answer that a route gives. */
export const answerHeaders = {
  "x-request-id": { description: "Names this request in our logs", required: true, schema: text },
};

/** Of whoever may use up a rate: those that carry a credential. */
const rateHeaders = {
  RateLimit: {
    description:
      'What is left, and the seconds until it fills up: `"caller";r=1199;t=42, "organization";r=5990;t=42`. With `quota_exceeded` also the quota, which never fills up by itself: `"projects";r=0`',
    schema: text,
  },
  "RateLimit-Policy": {
    description:
      'The rates that hold, in requests and seconds: `"caller";q=1200;w=60, "organization";q=6000;w=60`. With `quota_exceeded` also the quota: `"projects";q=20`',
    schema: text,
  },
};

export const headersOf = (route: Pick<Route, "access">) =>
  route.access === "public" ? answerHeaders : { ...answerHeaders, ...rateHeaders };

export const takesIdempotencyKey = (route: Route): boolean =>
  route.method !== "get" && route.access !== "public" && route.idempotent !== false;

/** Refusals that follow from a route's shape, and so are never written by hand. */
function refusalsOf(route: Route): ErrorCode[] {
  const codes: ErrorCode[] = ["internal", "unavailable"];
  const isPublic = route.access === "public";
  if (!isPublic) codes.push("unauthenticated", "rate_limited");
  if (!isPublic && route.access !== "person") {
    // `conflict`: the organization is deleted.
    codes.push("forbidden", "sso_required", "two_factor_required", "conflict");
  }
  if (route.peopleOnly || (isPublic && route.method !== "get")) codes.push("forbidden");
  if (route.params) codes.push("not_found");
  if (route.kind !== "page") codes.push("validation_failed");
  if (route.body) codes.push("malformed_body", "payload_too_large", "unsupported_media_type");
  if (takesIdempotencyKey(route)) codes.push("idempotency_mismatch", "idempotency_in_progress");
  return [...new Set([...codes, ...(route.refusals ?? [])])];
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

const retryAfter = {
  "retry-after": { description: "Seconds, when it is known how long to wait", schema: text },
};
const challenge = {
  "www-authenticate": { description: "How to show who you are", schema: text },
};

function refusalHeaders(route: Pick<Route, "access">, status: string) {
  const headers = headersOf(route);
  if (status === "429" || status === "503") return { ...headers, ...retryAfter };
  return status === "401" ? { ...headers, ...challenge } : headers;
}

/** The responses of these refusals, by status. */
export function responsesOf(route: Pick<Route, "access">, codes: readonly ErrorCode[]): Responses {
  const byStatus = Map.groupBy(codes, (code) => String(errorCodes[code].status));
  return Object.fromEntries(
    [...byStatus]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([status, found]) => [
        status,
        {
          description: found.map((code) => `\`${code}\`: ${errorCodes[code].title}`).join("; "),
          headers: refusalHeaders(route, status),
          content: { [problemType]: { schema: problemOf(Number(status), found) } },
        },
      ]),
  );
}

export const refusalResponses = (route: Route): Responses => responsesOf(route, refusalsOf(route));
