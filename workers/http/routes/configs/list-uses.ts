import { z } from "zod";
import { configUse, configUsesQuery } from "../../../../protocol/api/config-versions.ts";
import { page } from "../../../../protocol/api/shared.ts";
import { listUses } from "../../../services/configs/uses.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const listConfigUsesRoute = route({
  method: "get",
  path: "/v1/configs/{config}/uses",
  operationId: "listConfigUses",
  tag: "Configs",
  summary: "Which releases name the config, newest first",
  description: "Of the fleets that you may see. With `current=true`, what newcomers to each fleet get now.",
  access: "config.read",
  params: z.object({ config: idParam("config") }),
  query: configUsesQuery,
  answer: page(configUse),
  handle: ({ ctx, params, query }) => listUses({ ctx, input: { ...query, ...params } }),
});
