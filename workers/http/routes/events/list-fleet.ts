import { z } from "zod";
import type { AgentId, EventId, RolloutId } from "../../../../domain/ids.ts";
import { eventsPage, eventsQuery } from "../../../../protocol/api/events.ts";
import { listFleetEvents } from "../../../services/events/list-fleet.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const listFleetEventsRoute = route({
  method: "get",
  path: "/v1/fleets/{fleet}/events",
  operationId: "listFleetEvents",
  tag: "Events",
  summary: "What happened in a fleet, agents' events included, as far back as the fleet holds it",
  description: "Without `after`, the newest first. With it, what came later, oldest first.",
  access: "event.read",
  params: z.object({ fleet: idParam("fleet") }),
  query: eventsQuery,
  answer: eventsPage,
  refusals: ["unavailable"],
  handle: ({ ctx, params, query: { limit, after, type, agent, rollout } }) =>
    listFleetEvents({
      ctx,
      input: {
        ...params,
        // The query's schema has checked that they are ids of their kinds.
        query: {
          limit,
          ...(after && { after: after as EventId }),
          ...(type && { type }),
          ...(agent && { agent: agent as AgentId }),
          ...(rollout && { rollout: rollout as RolloutId }),
        },
      },
    }),
});
