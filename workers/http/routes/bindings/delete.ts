import { z } from "zod";
import { receiptAnswer } from "../../../../protocol/api/members.ts";
import { remove } from "../../../services/bindings/delete.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const deleteBindingRoute = route({
  method: "delete",
  path: "/v1/bindings/{binding}",
  operationId: "deleteBinding",
  tag: "Roles",
  summary: "Take a role away that was given",
  access: "role.write",
  params: z.object({ binding: idParam("binding") }),
  answer: receiptAnswer,
  handle: ({ ctx, params }) => remove({ ctx, input: params }),
});
