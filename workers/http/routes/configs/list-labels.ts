import { z } from "zod";
import { configVersionLabel } from "../../../../protocol/api/config-versions.ts";
import { page } from "../../../../protocol/api/shared.ts";
import { listLabels } from "../../../services/configs/labels.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const listConfigVersionLabelsRoute = route({
  method: "get",
  path: "/v1/configs/{config}/labels",
  operationId: "listConfigVersionLabels",
  tag: "Configs",
  summary: "Labels of a config's versions, by name",
  access: "config.read",
  params: z.object({ config: idParam("config") }),
  answer: page(configVersionLabel),
  handle: ({ ctx, params }) => listLabels({ ctx, input: params }),
});
