import { z } from "zod";
import { refuse } from "../../../../domain/errors.ts";
import { auditFilter } from "../../../../protocol/api/audit.ts";
import { follow, type Look } from "../../../services/audit/follow.ts";
import { bearerOf } from "../../middleware/bearer.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";
import { sseText, streamOf } from "../../streams.ts";

export const followAuditEventsRoute = route({
  method: "get",
  path: "/v1/orgs/{org}/audit-events/live",
  operationId: "followAuditEvents",
  tag: "Audit",
  summary: "Audit events as they happen",
  description:
    "Server-sent events named `audit`, whose data is an `AuditEvent` and whose id is its `seq`. With the header `Last-Event-ID` the stream begins after that event. It ends after ten minutes at the latest; dial again with the last id.",
  access: "audit.read",
  params: z.object({ org: idParam("organization") }),
  query: auditFilter,
  kind: "file",
  media: ["text/event-stream"],
  handle: async ({ ctx, params, query, http }) => {
    const afterSeq = lastSeen(http.header("last-event-id"));
    const input = { ...params, afterSeq, filter: query, bearer: bearerOf(http.request) };
    const looks = await follow({ ctx, input });
    return new Response(streamOf(texts(looks)), {
      headers: { "content-type": "text/event-stream; charset=utf-8" },
    });
  },
});

function lastSeen(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,15}$/.test(header)) return Number(header);
  return refuse(
    "validation_failed",
    "Last-Event-ID is not the `seq` of an event. Leave it out to begin now.",
    [{ path: "Last-Event-ID", message: "must be a whole number" }],
  );
}

/** The place alone tells a client where it stands, and keeps what lies between from taking the line for dead. */
async function* texts(looks: AsyncGenerator<Look, void>): AsyncGenerator<string> {
  for await (const { events, seq } of looks) {
    const told = events.map((event) => sseText({ id: String(event.seq), event: "audit", data: event }));
    yield `${told.join("")}id: ${seq}\nretry: 2000\n\n`;
  }
}
