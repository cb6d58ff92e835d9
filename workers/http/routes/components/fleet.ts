import { z } from "zod";
import { fleetComponents, fleetComponentsQuery } from "../../../../protocol/api/collector.ts";
import { listFleetComponents } from "../../../services/components/fleet.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const getFleetComponentsRoute = route({
  method: "get",
  path: "/v1/fleets/{fleet}/components",
  operationId: "getFleetComponents",
  tag: "Fleets",
  summary: "Versions and components that the fleet's agents report, counted",
  description: "OpAMP's AvailableComponents: configs can be checked against them.",
  access: "agent.read",
  params: z.object({ fleet: idParam("fleet") }),
  query: fleetComponentsQuery,
  answer: fleetComponents,
  refusals: ["unavailable"],
  handle: ({ ctx, params, query: { selector } }) =>
    listFleetComponents({ ctx, input: { ...params, ...(selector && { selector }) } }),
});
