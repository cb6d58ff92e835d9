import { z } from "zod";
import { configVersionDetail, createConfigVersionBody } from "../../../../protocol/api/configs.ts";
import { createVersion } from "../../../services/configs/create-version.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const createConfigVersionRoute = route({
  method: "post",
  path: "/v1/configs/{config}/versions",
  operationId: "createConfigVersion",
  tag: "Configs",
  summary: "Save a new version; versions never change afterwards",
  access: "config.write",
  params: z.object({ config: idParam("config") }),
  body: createConfigVersionBody,
  answer: configVersionDetail,
  status: 201,
  refusals: ["conflict", "quota_exceeded"],
  handle: ({ ctx, params, body }) => createVersion({ ctx, input: { ...body, ...params } }),
});
