import { z } from "zod";
import { config, listConfigsQuery } from "../../../../protocol/api/configs.ts";
import { page } from "../../../../protocol/api/shared.ts";
import { list } from "../../../services/configs/list.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const listConfigsRoute = route({
  method: "get",
  path: "/v1/projects/{project}/configs",
  operationId: "listConfigs",
  tag: "Configs",
  summary: "Configs of a project, oldest first",
  access: "config.read",
  params: z.object({ project: idParam("project") }),
  query: listConfigsQuery,
  answer: page(config),
  handle: ({ ctx, params, query }) => list({ ctx, input: { ...params, ...query } }),
});
