import { z } from "zod";
import { configDiff, configDiffQuery } from "../../../../protocol/api/config-versions.ts";
import { diff } from "../../../services/configs/diff.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const diffConfigRoute = route({
  method: "get",
  path: "/v1/configs/{config}/diff",
  operationId: "diffConfig",
  tag: "Configs",
  summary: "What differs between two versions, or a version and the draft",
  description:
    "`from` and `to` are a number, a label, `latest` or `draft`. Without `from`, the version before `to`; without both, what the latest version changed.",
  access: "config.read",
  params: z.object({ config: idParam("config") }),
  query: configDiffQuery,
  answer: configDiff,
  handle: ({ ctx, params, query }) => diff({ ctx, input: { ...query, ...params } }),
});
