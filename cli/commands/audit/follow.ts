import { setTimeout as delay } from "node:timers/promises";
import { auditEvent } from "../../../protocol/api/audit.ts";
import { type Client, path, type Query } from "../../client.ts";
import { Failure } from "../../exit-codes.ts";
import { readServerEvents } from "../../server-events.ts";
import { command } from "../../spec.ts";
import { auditFilterOptions, auditQuery } from "./filter.ts";
import { showAuditEvent } from "./list.ts";

const { from: _from, to: _to, ...liveOptions } = auditFilterOptions;
const firstWaitMs = 1000;
const longestWaitMs = 30_000;

const mayPass = (error: unknown): error is Failure =>
  error instanceof Failure && (error.exit === "unreachable" || error.exit === "tryAgain");

function dial(
  client: Client,
  organizationId: string,
  query: Query,
  lastId: string | null,
): Promise<Response> {
  return client.open({
    method: "GET",
    path: path`/v1/orgs/${organizationId}/audit-events/live`,
    query,
    headers: { accept: "text/event-stream", ...(lastId === null ? {} : { "last-event-id": lastId }) },
  });
}

export const followAuditEvents = command({
  name: "follow",
  summary: "Show what is done in the organization, as it happens",
  about:
    "Goes on after a lost connection where it was, until Ctrl-C. With --json it prints one event a line.",
  options: liveOptions,
  examples: ["muster audit follow", "muster audit follow --action rollout.* --json | jq -r .summary"],
  answer: auditEvent,
  lines: true,
  async run(cli, { options }) {
    const { id } = await cli.scope.organization();
    const client = await cli.client();
    const query = await auditQuery(cli, id, { ...options, from: undefined, to: undefined });
    let lastId: string | null = null;
    let waitMs = firstWaitMs;
    let response: Response | null = await dial(client, id, query, null);
    while (!cli.signal.aborted) {
      try {
        response ??= await dial(client, id, query, lastId);
        if (response.body === null) throw new Failure("failed", "The server sent no stream. Update it.");
        for await (const event of readServerEvents(response.body)) {
          lastId = event.id ?? lastId;
          waitMs = firstWaitMs;
          if (event.data === null) continue;
          const found = auditEvent.parse(JSON.parse(event.data));
          cli.output.item(found, (style) => showAuditEvent(found, style));
        }
      } catch (error) {
        if (cli.signal.aborted) break;
        // A stream that breaks off is a TypeError of fetch's.
        if (!mayPass(error) && !(error instanceof TypeError)) throw error;
        cli.output.progress(`The connection was lost. Again in ${Math.round(waitMs / 1000)}s.`);
      }
      response = null;
      await delay(waitMs, undefined, { signal: cli.signal }).catch(() => undefined);
      waitMs = Math.min(waitMs * 2, longestWaitMs);
    }
    throw new Failure("interrupted", "Stopped following.");
  },
});
