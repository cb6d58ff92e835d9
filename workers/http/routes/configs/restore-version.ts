import { z } from "zod";
import { restoreConfigVersionBody, versionReference } from "../../../../protocol/api/config-versions.ts";
import { configVersionDetail } from "../../../../protocol/api/configs.ts";
import { restoreVersion } from "../../../services/configs/restore-version.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const restoreConfigVersionRoute = route({
  method: "post",
  path: "/v1/configs/{config}/versions/{number}/restore",
  operationId: "restoreConfigVersion",
  tag: "Configs",
  summary: "Save the content of an old version as a new one",
  access: "config.write",
  params: z.object({ config: idParam("config"), number: versionReference }),
  body: restoreConfigVersionBody,
  bodyOptional: true,
  answer: configVersionDetail,
  status: 201,
  refusals: ["conflict", "quota_exceeded"],
  handle: ({ ctx, params, body }) => restoreVersion({ ctx, input: { ...body, ...params } }),
});
