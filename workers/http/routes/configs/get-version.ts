import { z } from "zod";
import { versionReference } from "../../../../protocol/api/config-versions.ts";
import { configVersionDetail } from "../../../../protocol/api/configs.ts";
import { getVersion } from "../../../services/configs/get-version.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const getConfigVersionRoute = route({
  method: "get",
  path: "/v1/configs/{config}/versions/{number}",
  operationId: "getConfigVersion",
  tag: "Configs",
  summary: "One version with its content and diagnostics",
  description: "`number` may also be a label of a version, or `latest`.",
  access: "config.read",
  params: z.object({ config: idParam("config"), number: versionReference }),
  answer: configVersionDetail,
  handle: ({ ctx, params }) => getVersion({ ctx, input: params }),
});
