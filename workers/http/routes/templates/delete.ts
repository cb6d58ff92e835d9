import { z } from "zod";
import { receiptAnswer } from "../../../../protocol/api/members.ts";
import { remove } from "../../../services/templates/update.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const deleteTemplateRoute = route({
  method: "delete",
  path: "/v1/templates/{template}",
  operationId: "deleteTemplate",
  tag: "Templates",
  summary: "Delete a template that no config is made from",
  access: "config.write",
  params: z.object({ template: idParam("template") }),
  answer: receiptAnswer,
  refusals: ["conflict"],
  handle: ({ ctx, params }) => remove({ ctx, input: params }),
});
