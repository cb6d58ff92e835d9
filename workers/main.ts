import { type ConfirmationRequest, confirmationQueue } from "../protocol/rpc/confirmations.ts";
import type { OutboxMessage } from "../protocol/rpc/outbox.ts";
import { type App, createApp } from "./app.ts";
import { createDownloads, isDownload } from "./downloads/serve.ts";
import type { Env } from "./env.ts";
import { type AnswerAgent, createGateway, isGatewayPath } from "./gateway/gateway.ts";
import { askConfirmations } from "./jobs/ask-confirmations.ts";
import { carryOutRepairs } from "./jobs/carry-out-repairs.ts";
import { consumeOutbox } from "./jobs/consume-outbox.ts";
import { runSchedule } from "./jobs/run-schedule.ts";
import { settleStreams } from "./jobs/settle-streams.ts";
import { createPlatform } from "./platform.ts";
import type { Platform } from "./services/context.ts";

type Queued = OutboxMessage | ConfirmationRequest;

interface Wired {
  app: App;
  gateway: AnswerAgent;
  download: (request: Request) => Promise<Response>;
  platform: Platform;
}

const wired = new WeakMap<Env, Wired>();

/** One platform for each isolate: the runtime hands the same `env` to every call. */
function wire(env: Env): Wired {
  const known = wired.get(env);
  if (known) return known;
  const { platform, variables, agentKey } = createPlatform(env);
  const publicUrl = variables.PUBLIC_URL;
  const made = {
    platform,
    app: createApp({ platform, publicUrl }),
    download: createDownloads({ platform, publicUrl }),
    gateway: createGateway({ platform, publicUrl, agentKey }),
  };
  wired.set(env, made);
  return made;
}

const isApi = (path: string): boolean => path === "/v1" || path.startsWith("/v1/") || path === "/docs/api";

/**
 * A part of the dashboard that a deploy took away. The assets answer the page itself for what they do not have, which
 * a browser would keep for a year in the part's place.
 */
async function part(assets: Fetcher, request: Request): Promise<Response> {
  const answer = await assets.fetch(request);
  if (!answer.headers.get("content-type")?.startsWith("text/html")) return answer;
  return new Response("There is no such file. Reload the page.\n", {
    status: 404,
    headers: { "cache-control": "no-store", "content-type": "text/plain; charset=utf-8" },
  });
}

/** Sentry's wrapper reads the third argument of each, so all three are declared. */
const worker = {
  async fetch(request, env, execution) {
    const { pathname } = new URL(request.url);
    if (isGatewayPath(pathname)) return wire(env).gateway(request);
    if (isDownload(pathname)) return wire(env).download(request);
    if (isApi(pathname) || !env.ASSETS) return wire(env).app(request, execution);
    return pathname.startsWith("/assets/") ? part(env.ASSETS, request) : env.ASSETS.fetch(request);
  },
  async queue(batch, env, _execution) {
    const { platform } = wire(env);
    // Each queue carries one kind of message only.
    if (batch.queue === confirmationQueue) {
      await askConfirmations(platform, batch as MessageBatch<ConfirmationRequest>);
    } else {
      const { messages } = batch as MessageBatch<OutboxMessage>;
      // History first: what a repair is about must be known when its rollout is.
      const isHistory = ({ body }: Message<OutboxMessage>) =>
        body.kind !== "drift" && body.kind !== "stream" && body.kind !== "stream_right";
      await consumeOutbox(platform, { messages: messages.filter(isHistory) });
      await carryOutRepairs(platform, messages);
      await settleStreams(platform, messages);
    }
  },
  async scheduled(_controller, env, _execution) {
    await runSchedule(wire(env).platform);
  },
} satisfies ExportedHandler<Env, Queued>;

type Handler = typeof worker;
let watched: Promise<Handler> | null = null;

/** Sentry stands in between only where a DSN is set, and is loaded only then. */
async function handler(env: Env): Promise<Handler> {
  if (!env.SENTRY_DSN) return worker;
  watched ??= Promise.all([import("@sentry/cloudflare"), import("./adapters/sentry.ts")]).then(
    ([{ withSentry }, { sentryOptions }]) =>
      withSentry<Env, Queued, unknown, Handler>(({ SENTRY_DSN }) => sentryOptions(SENTRY_DSN ?? ""), {
        ...worker,
      }),
  );
  return watched;
}

export default {
  fetch: async (request, env, execution) => (await handler(env)).fetch(request, env, execution),
  queue: async (batch, env, execution) => (await handler(env)).queue(batch, env, execution),
  scheduled: async (controller, env, execution) => (await handler(env)).scheduled(controller, env, execution),
} satisfies ExportedHandler<Env, Queued>;
