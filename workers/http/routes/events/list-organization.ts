import { z } from "zod";
import type { AgentId, EventId, FleetId, RolloutId } from "../../../../domain/ids.ts";
import { eventsPage, organizationEventsQuery } from "../../../../protocol/api/events.ts";
import { listOrganizationEvents } from "../../../services/events/list-organization.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const listOrganizationEventsRoute = route({
  method: "get",
  path: "/v1/orgs/{org}/events",
  operationId: "listOrganizationEvents",
  tag: "Events",
  summary: "History of all fleets of an organization: fleet and rollout events",
  description:
    "Newest first, or, with `after`, oldest first. Comes through a queue and may lag seconds behind; agents' own events stay with their fleet.",
  access: "event.read",
  params: z.object({ org: idParam("organization") }),
  query: organizationEventsQuery,
  answer: eventsPage,
  handle: ({ ctx, params, query: { limit, cursor, after, fleet, type, agent, rollout } }) =>
    listOrganizationEvents({
      ctx,
      input: {
        ...params,
        limit,
        cursor,
        // The query's schema has checked that they are ids of their kinds.
        after: after as EventId | undefined,
        filter: {
          ...(fleet && { fleet: fleet as FleetId }),
          ...(type && { type }),
          ...(agent && { agent: agent as AgentId }),
          ...(rollout && { rollout: rollout as RolloutId }),
        },
      },
    }),
});
