import { z } from "zod";
import { config } from "../../../../protocol/api/configs.ts";
import { get } from "../../../services/configs/get.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const getConfigRoute = route({
  method: "get",
  path: "/v1/configs/{config}",
  operationId: "getConfig",
  tag: "Configs",
  summary: "One config",
  access: "config.read",
  params: z.object({ config: idParam("config") }),
  answer: config,
  handle: async ({ ctx, params, http }) => {
    const { config, etag } = await get({ ctx, input: params });
    http.setHeader("etag", etag);
    return config;
  },
});
