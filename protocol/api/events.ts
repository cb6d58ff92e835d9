import { z } from "zod";
import { type EventType, eventTypes } from "../../domain/fleets/events.ts";
import { id, pageQuery, timestamp } from "./shared.ts";

const eventTypeNames = Object.keys(eventTypes) as [EventType, ...EventType[]];

/** One thing that happened in a fleet. Ids rise within a fleet, so an id is also a place to resume from. */
export const fleetEvent = z
  .object({
    id: id("event"),
    type: z.enum(eventTypeNames),
    at: timestamp,
    organizationId: id("organization"),
    fleetId: id("fleet"),
    agentId: id("agent").nullable(),
    rolloutId: id("rollout").nullable(),
    actor: z.string().nullable().meta({ description: "user or key id, or null when the fleet itself acted" }),
    summary: z.string(),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: "FleetEvent" });
export type FleetEvent = z.infer<typeof fleetEvent>;

export const eventsQuery = pageQuery.omit({ cursor: true }).extend({
  after: id("event")
    .optional()
    .meta({ description: "Events later than this one, oldest first; without it, the newest, newest first" }),
  type: z.enum(eventTypeNames).optional(),
  agent: id("agent").optional(),
  rollout: id("rollout").optional(),
});
export const organizationEventsQuery = eventsQuery.extend({
  cursor: pageQuery.shape.cursor,
  fleet: id("fleet").optional(),
});
export const eventsPage = z
  .object({
    items: z.array(fleetEvent),
    nextCursor: z.string().nullable(),
    truncated: z.boolean().meta({
      description:
        "true when `after` is older than what the fleet still holds; older history: /v1/orgs/{org}/events",
    }),
  })
  .meta({ id: "EventsPage" });
export type EventsPage = z.infer<typeof eventsPage>;
