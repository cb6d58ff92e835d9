import { z } from "zod";
import { fleet, updateFleetBody } from "../../../../protocol/api/fleets.ts";
import { update } from "../../../services/fleets/update.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const updateFleetRoute = route({
  method: "patch",
  path: "/v1/fleets/{fleet}",
  operationId: "updateFleet",
  tag: "Fleets",
  summary: "Rename a fleet, or say what it does about drift and agents that are away",
  description:
    "With `If-Match`, refused with 409 and what it is now when somebody changed it meanwhile. A drift policy of `reapply` needs rollout.write too, and `accept` config.write as well.",
  access: "fleet.write",
  params: z.object({ fleet: idParam("fleet") }),
  body: updateFleetBody,
  answer: fleet,
  refusals: ["conflict"],
  handle: async ({ ctx, params, body, http }) => {
    const ifMatch = http.header("if-match");
    const { fleet, etag } = await update({ ctx, input: { ...params, ...body, ifMatch } });
    http.setHeader("etag", etag);
    return fleet;
  },
});
