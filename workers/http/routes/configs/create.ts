import { z } from "zod";
import { createConfigBody, createdConfig } from "../../../../protocol/api/configs.ts";
import { create } from "../../../services/configs/create.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const createConfigRoute = route({
  method: "post",
  path: "/v1/projects/{project}/configs",
  operationId: "createConfig",
  tag: "Configs",
  summary: "Create a config, with its first version when content is given",
  access: "config.write",
  params: z.object({ project: idParam("project") }),
  body: createConfigBody,
  answer: createdConfig,
  status: 201,
  refusals: ["already_exists", "quota_exceeded"],
  handle: ({ ctx, params, body }) => create({ ctx, input: { ...body, ...params } }),
});
