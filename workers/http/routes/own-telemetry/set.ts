import { z } from "zod";
import { changedOwnTelemetry, setOwnTelemetryBody } from "../../../../protocol/api/own-telemetry.ts";
import { set } from "../../../services/own-telemetry/set.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const setOwnTelemetryRoute = route({
  method: "put",
  path: "/v1/fleets/{fleet}/own-telemetry",
  operationId: "setOwnTelemetry",
  tag: "Own telemetry",
  summary: "Say where the fleet's agents send what they say of themselves",
  description:
    "Whole: a signal that is left out goes nowhere. Offered at once to every agent that takes such settings by OpAMP, and to others when they come. A header with a credential names a secret of the environment, whose newest version is frozen with it; that needs secret.write too. With `If-Match`, refused with 409 when somebody changed it meanwhile.",
  access: "fleet.write",
  params: z.object({ fleet: idParam("fleet") }),
  body: setOwnTelemetryBody,
  answer: changedOwnTelemetry,
  refusals: ["conflict", "unavailable"],
  handle: async ({ ctx, params, body, http }) => {
    const ifMatch = http.header("if-match");
    const { changed, etag } = await set({ ctx, input: { ...params, ...body, ifMatch } });
    http.setHeader("etag", etag);
    return changed;
  },
});
