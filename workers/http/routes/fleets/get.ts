import { z } from "zod";
import { fleetDetail } from "../../../../protocol/api/fleets.ts";
import { get } from "../../../services/fleets/get.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const getFleetRoute = route({
  method: "get",
  path: "/v1/fleets/{fleet}",
  operationId: "getFleet",
  tag: "Fleets",
  summary: "One fleet with its live counts",
  access: "fleet.read",
  params: z.object({ fleet: idParam("fleet") }),
  answer: fleetDetail,
  handle: async ({ ctx, params, http }) => {
    const { fleet, etag } = await get({ ctx, input: params });
    http.setHeader("etag", etag);
    return fleet;
  },
});
