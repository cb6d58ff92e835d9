import { env } from "cloudflare:workers";
import { Fleet as PlainFleet } from "./fleet/fleet.ts";

export { Limits } from "./limits/limits.ts";
export { AgentLogs } from "./logs/agent-logs.ts";
export { Stream } from "./stream/stream.ts";

/** Sentry stands in between only where a DSN is set, and is loaded only then. */
async function watched(fleet: typeof PlainFleet): Promise<typeof PlainFleet> {
  const dsn = (env as { SENTRY_DSN?: string }).SENTRY_DSN;
  if (!dsn) return fleet;
  const [{ instrumentDurableObjectWithSentry }, { sentryOptions }] = await Promise.all([
    import("@sentry/cloudflare"),
    import("./shared/sentry.ts"),
  ]);
  return instrumentDurableObjectWithSentry(() => sentryOptions(dsn), fleet);
}

export const Fleet = await watched(PlainFleet);

export default {
  /** This Worker only owns classes; it has no address of its own. */
  async fetch(): Promise<Response> {
    return new Response("Not found", { status: 404 });
  },
} satisfies ExportedHandler;
