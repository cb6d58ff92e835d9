import { z } from "zod";
import { agent } from "../api/agents.ts";
import { fleetEvent } from "../api/events.ts";
import { rollout } from "../api/rollouts.ts";

/**
 * The live feed: JSON text frames from server to dashboard or CLI over `GET /v1/fleets/{fleet}/live?after=evt_…`.
 * Browsers authenticate by offering the subprotocols `muster.live.v1` and `bearer.<access token>`; others by header.
 * The client may send the text `ping`, answered `pong` without waking the fleet.
 */
export const liveSubprotocol = "muster.live.v1";

export const liveMessage = z.discriminatedUnion("type", [
  /** First frame. `resumedFrom` is null when nothing was asked or the place is no longer held; then reload and go on from `last`. */
  z.object({
    type: z.literal("hello"),
    last: z.string().nullable(),
    resumedFrom: z.string().nullable(),
    truncated: z.boolean(),
  }),
  z.object({ type: z.literal("event"), event: fleetEvent }),
  /** The present state of agents that changed; coalesced, at most 100 in one frame. */
  z.object({ type: z.literal("agents"), agents: z.array(agent) }),
  z.object({ type: z.literal("rollout"), rollout }),
]);
export type LiveMessage = z.infer<typeof liveMessage>;
