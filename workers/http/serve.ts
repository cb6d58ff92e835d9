import { z } from "zod";
import { DomainError, refuse } from "../../domain/errors.ts";
import { authenticate } from "../services/auth/authenticate.ts";
import type { Context, PublicContext } from "../services/context.ts";
import { type KeptAnswer, once } from "../services/idempotency/once.ts";
import { invalid, problemResponse, refusalOf } from "./errors.ts";
import { bearerOf } from "./middleware/bearer.ts";
import { readJson } from "./middleware/body.ts";
import { limitRate } from "./middleware/rate-limit.ts";
import { refuseOtherSites } from "./middleware/same-site.ts";
import type { Exchange, Route } from "./route.ts";

const noBodyStatus = 204;
/** A parameter that means nothing is refused: a mistyped `dryRun` must not set things in motion. */
const noQuery = z.strictObject({});

/** One request to one route: who → how often → what → once → answer. Refusals are thrown. */
export async function serve(
  route: Route,
  request: Request,
  pathParams: Record<string, string>,
  ctx: PublicContext,
  everyAnswer: Headers,
): Promise<Response> {
  const headers = new Headers();
  const told: { status: number } = { status: route.status ?? 200 };
  const http = exchange(request, headers, told);
  const caller = await identify(route, request, ctx);
  if ("actor" in caller) await limitRate(caller, pathParams.org, everyAnswer);
  const params = route.params ? parseParams(route, pathParams) : undefined;
  const url = new URL(request.url);
  const query =
    route.kind === "page"
      ? undefined
      : parse(route.query ?? noQuery, Object.fromEntries(url.searchParams), "query");
  const raw = route.body ? await readJson(request, route.maxBodyBytes) : undefined;
  const body = route.body
    ? parse(route.body, raw?.value === undefined && route.bodyOptional ? {} : raw?.value, "body")
    : undefined;

  const run = async (): Promise<Response> => {
    const value = await route.handle({ ctx: caller, params, query, body, http });
    if (!route.answer) return withHeaders(value as Response, headers);
    if (told.status === noBodyStatus) return new Response(null, { status: noBodyStatus, headers });
    const schema = route.otherAnswers?.[told.status as 200] ?? route.answer;
    const answer = schema.safeParse(value);
    if (!answer.success) {
      throw new Error(`${route.operationId} answers what its schema does not say: ${answer.error.message}`);
    }
    return Response.json(answer.data, { status: told.status, headers });
  };

  const key = request.headers.get("idempotency-key");
  if (key === null || route.method === "get" || route.idempotent === false || !("actor" in caller))
    return run();
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    refuse("validation_failed", "Idempotency-Key must be 1 to 255 visible ASCII characters.", [
      { path: "Idempotency-Key", message: "must be 1 to 255 visible ASCII characters" },
    ]);
  }
  const identity = `${request.method} ${url.pathname}${url.search}\n${raw?.text ?? ""}`;
  const kept = await once(caller, key, identity, () => runToKeep(run, ctx));
  return new Response(kept.body === "" ? null : kept.body, { status: kept.status, headers: kept.headers });
}

/** What was said through the exchange counts for an answer of the handler's own too. */
function withHeaders(answer: Response, headers: Headers): Response {
  const said = [...headers];
  if (said.length === 0) return answer;
  const all = new Headers(answer.headers);
  for (const [name, value] of said) all.append(name, value);
  return new Response(answer.body, { status: answer.status, headers: all });
}

async function runToKeep(run: () => Promise<Response>, ctx: PublicContext): Promise<KeptAnswer> {
  let answer: Response;
  try {
    answer = await run();
  } catch (error) {
    answer = problemResponse(refusalOf(error, ctx.log, ctx.requestId), ctx.requestId);
  }
  return { status: answer.status, headers: [...answer.headers], body: await answer.text() };
}

async function identify(
  route: Route,
  request: Request,
  ctx: PublicContext,
): Promise<PublicContext | Context> {
  if (route.access === "public") {
    if (route.method !== "get") refuseOtherSites(request, ctx.publicUrl);
    return ctx;
  }
  return { ...ctx, actor: await authenticate({ ctx, input: { bearer: bearerOf(request) } }) };
}

function parse(schema: NonNullable<Route["body"]>, value: unknown, where: "body" | "query"): unknown {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw invalid(parsed.error, where);
  return parsed.data;
}

/** A path that names no possible id names nothing that exists. */
function parseParams(route: Route, values: Record<string, string>): unknown {
  const parsed = route.params?.safeParse(values);
  if (parsed?.success) return parsed.data;
  const wrong = parsed?.error.issues[0];
  const name = String(wrong?.path[0] ?? "id");
  throw new DomainError({
    code: "not_found",
    detail: `There is no ${name} "${values[name] ?? ""}": it ${wrong?.message ?? "is not an id"}. Check the id.`,
  });
}

function exchange(request: Request, headers: Headers, told: { status: number }): Exchange {
  return {
    request,
    address: request.headers.get("cf-connecting-ip") ?? "",
    header: (name) => request.headers.get(name) ?? undefined,
    cookie: (name) =>
      (request.headers.get("cookie") ?? "")
        .split(";")
        .map((one) => one.trim())
        .find((one) => one.startsWith(`${name}=`))
        ?.slice(name.length + 1),
    setHeader: (name, value) => headers.append(name, value),
    setStatus: (status) => {
      told.status = status;
    },
  };
}
