import { z } from "zod";
import { versionReference } from "../../../../protocol/api/config-versions.ts";
import { receiptAnswer } from "../../../../protocol/api/members.ts";
import { removeVersion } from "../../../services/configs/delete.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const deleteConfigVersionRoute = route({
  method: "delete",
  path: "/v1/configs/{config}/versions/{number}",
  operationId: "deleteConfigVersion",
  tag: "Configs",
  summary: "Delete a version that nothing uses",
  description:
    "Refused with 409 for the latest version, one with a label, and one that a release names. Its number is never used again.",
  access: "config.write",
  params: z.object({ config: idParam("config"), number: versionReference }),
  answer: receiptAnswer,
  refusals: ["conflict"],
  handle: ({ ctx, params }) => removeVersion({ ctx, input: params }),
});
