import { z } from "zod";
import { id } from "../../../../protocol/api/shared.ts";
import { liveSubprotocol } from "../../../../protocol/live/messages.ts";
import { follow } from "../../../services/fleets/follow.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const followFleetRoute = route({
  method: "get",
  path: "/v1/fleets/{fleet}/live",
  operationId: "followFleet",
  tag: "Events",
  summary: "The live feed of a fleet, over a WebSocket",
  description:
    "Browsers offer the subprotocols `muster.live.v1` and `bearer.<access token>`; others send the Authorization header. Resumes after the event named by `after`.",
  access: "event.read",
  kind: "websocket",
  params: z.object({ fleet: idParam("fleet") }),
  query: z.strictObject({ after: id("event").optional() }),
  refusals: ["upgrade_required"],
  handle: async ({ ctx, params, query, http }) => {
    const socket = http.header("upgrade")?.toLowerCase() === "websocket";
    const offered = (http.header("sec-websocket-protocol") ?? "").split(",").map((one) => one.trim());
    // Only our own subprotocol goes on: the other one that is offered carries the credential.
    const protocols = offered.includes(liveSubprotocol) ? liveSubprotocol : undefined;
    return follow({ ctx, input: { ...params, after: query.after, protocols, socket } });
  },
});
