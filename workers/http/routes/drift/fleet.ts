import { z } from "zod";
import { fleetDrift } from "../../../../protocol/api/drift.ts";
import { pageQuery } from "../../../../protocol/api/shared.ts";
import { ofFleet } from "../../../services/drift/read.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const getFleetDriftRoute = route({
  method: "get",
  path: "/v1/fleets/{fleet}/drift",
  operationId: "getFleetDrift",
  tag: "Drift",
  summary: "What the fleet should run and what it runs, and the agents that run something else",
  description:
    "An agent drifts when the effective config that it reports differs from what it was given and said it applied: somebody edited a file on the host, or took it away.",
  access: "agent.read",
  params: z.object({ fleet: idParam("fleet") }),
  query: pageQuery,
  answer: fleetDrift,
  refusals: ["unavailable"],
  handle: ({ ctx, params, query }) => ofFleet({ ctx, input: { ...params, ...query } }),
});
