import { z } from "zod";
import { ownTelemetry } from "../../../../protocol/api/own-telemetry.ts";
import { read } from "../../../services/own-telemetry/read.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const getOwnTelemetryRoute = route({
  method: "get",
  path: "/v1/fleets/{fleet}/own-telemetry",
  operationId: "getOwnTelemetry",
  tag: "Own telemetry",
  summary: "Where the fleet's agents send what they say of themselves, and which have not taken it",
  access: "agent.read",
  params: z.object({ fleet: idParam("fleet") }),
  answer: ownTelemetry,
  refusals: ["unavailable"],
  handle: async ({ ctx, params, http }) => {
    const { ownTelemetry, etag } = await read({ ctx, input: params });
    http.setHeader("etag", etag);
    return ownTelemetry;
  },
});
