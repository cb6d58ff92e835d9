import { Hono } from "hono";
import type { Refusal } from "../domain/errors.ts";
import { problemResponse, refusalOf } from "./http/errors.ts";
import { setSecurityHeaders } from "./http/middleware/security-headers.ts";
import type { Route } from "./http/route.ts";
import { routes } from "./http/routes/index.ts";
import { serve } from "./http/serve.ts";
import type { Platform, PublicContext } from "./services/context.ts";

export interface AppOptions {
  platform: Platform;
  /** Scheme and host that clients reach us by; the request's own when left out. */
  publicUrl?: string | undefined;
}

export type App = (request: Request, execution: Pick<ExecutionContext, "waitUntil">) => Promise<Response>;

interface Bindings {
  ctx: PublicContext;
  /** Go with every answer, a refusal too. */
  told: Headers;
}

const honoPath = (path: string): string => path.replace(/\{(\w+)\}/g, ":$1");

/** The API: every route of `routes`, and problem+json for all the rest under it. */
export function createApp({ platform, publicUrl }: AppOptions): App {
  const app = new Hono<{ Bindings: Bindings }>();
  for (const route of routes) {
    app.on(route.method, honoPath(route.path), (c) =>
      serve(route, c.req.raw, c.req.param(), c.env.ctx, c.env.told),
    );
  }
  for (const [path, allowed] of methodsByPath(routes)) {
    app.all(honoPath(path), (c) => {
      const refusal: Refusal = {
        code: "method_not_allowed",
        detail: `${c.req.method} is not possible here. Use ${allowed}.`,
      };
      return problemResponse(refusal, c.env.ctx.requestId, { allow: allowed });
    });
  }
  app.notFound((c) =>
    problemResponse(
      { code: "not_found", detail: `There is nothing at ${c.req.path}. See /docs/api for what there is.` },
      c.env.ctx.requestId,
    ),
  );
  app.onError((error, c) => {
    const { requestId } = c.env.ctx;
    return problemResponse(refusalOf(error, platform.log, requestId), requestId);
  });

  return async (request, execution) => {
    const requestId = platform.ids.make("request");
    const origin = publicUrl ?? new URL(request.url).origin;
    const ctx: PublicContext = {
      ...platform,
      requestId,
      publicUrl: origin,
      client: {
        address: request.headers.get("cf-connecting-ip") ?? "",
        userAgent: (request.headers.get("user-agent") ?? "").slice(0, 300),
      },
      afterwards: (work) =>
        execution.waitUntil(
          work.catch((error: unknown) =>
            platform.log.error("work after an answer failed", { requestId }, error),
          ),
        ),
    };
    const told = new Headers();
    const answer = await app.fetch(request, { ctx, told });
    if (answer.status === 101) return answer;
    const headers = new Headers(answer.headers);
    for (const [name, value] of told) headers.append(name, value);
    headers.set("x-request-id", requestId);
    setSecurityHeaders(headers, origin.startsWith("https:"));
    return new Response(answer.body, { status: answer.status, statusText: answer.statusText, headers });
  };
}

function methodsByPath(all: readonly Route[]): Map<string, string> {
  const methods = new Map<string, string>();
  for (const { path, method } of all) {
    const known = methods.get(path);
    methods.set(path, known ? `${known}, ${method.toUpperCase()}` : method.toUpperCase());
  }
  return methods;
}
