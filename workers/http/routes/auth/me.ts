import { me } from "../../../../protocol/api/auth.ts";
import { whoAmI } from "../../../services/auth/me.ts";
import { route } from "../../route.ts";

export const meRoute = route({
  method: "get",
  path: "/v1/me",
  operationId: "whoAmI",
  tag: "Auth",
  summary: "Who the credential stands for, and the organizations it reaches",
  access: "person",
  answer: me,
  handle: ({ ctx }) => whoAmI({ ctx }),
});
