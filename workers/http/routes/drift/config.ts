import { z } from "zod";
import { configDrift } from "../../../../protocol/api/drift.ts";
import { ofConfig } from "../../../services/drift/read.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const getConfigDriftRoute = route({
  method: "get",
  path: "/v1/configs/{config}/drift",
  operationId: "getConfigDrift",
  tag: "Drift",
  summary: "Where the config should run, where it runs, and where it was changed on the host",
  description: "Only of fleets whose agents you may see, all of them.",
  access: "config.read",
  params: z.object({ config: idParam("config") }),
  answer: configDrift,
  handle: ({ ctx, params }) => ofConfig({ ctx, input: params }),
});
