import { z } from "zod";
import { versionLabel } from "../../../../protocol/api/config-versions.ts";
import { receiptAnswer } from "../../../../protocol/api/members.ts";
import { deleteLabel } from "../../../services/configs/labels.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const deleteConfigVersionLabelRoute = route({
  method: "delete",
  path: "/v1/configs/{config}/labels/{label}",
  operationId: "deleteConfigVersionLabel",
  tag: "Configs",
  summary: "Take a label away; the version stays",
  access: "config.write",
  params: z.object({ config: idParam("config"), label: versionLabel }),
  answer: receiptAnswer,
  refusals: ["conflict"],
  handle: ({ ctx, params, http }) =>
    deleteLabel({ ctx, input: { ...params, ifMatch: http.header("if-match") } }),
});
