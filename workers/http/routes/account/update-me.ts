import { updateMeBody } from "../../../../protocol/api/account.ts";
import { user } from "../../../../protocol/api/auth.ts";
import { updateMe } from "../../../services/account/update-me.ts";
import { route } from "../../route.ts";

export const updateMeRoute = route({
  method: "patch",
  path: "/v1/me",
  operationId: "updateMe",
  tag: "Account",
  summary: "Change how others see you",
  access: "person",
  peopleOnly: true,
  body: updateMeBody,
  answer: user,
  handle: ({ ctx, body }) => updateMe({ ctx, input: body }),
});
