import { z } from "zod";
import { listedConfigVersion } from "../../../../protocol/api/config-versions.ts";
import { page, pageQuery } from "../../../../protocol/api/shared.ts";
import { listVersions } from "../../../services/configs/list-versions.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const listConfigVersionsRoute = route({
  method: "get",
  path: "/v1/configs/{config}/versions",
  operationId: "listConfigVersions",
  tag: "Configs",
  summary: "Versions of a config, newest first",
  access: "config.read",
  params: z.object({ config: idParam("config") }),
  query: pageQuery,
  answer: page(listedConfigVersion),
  handle: ({ ctx, params, query }) => listVersions({ ctx, input: { ...params, ...query } }),
});
