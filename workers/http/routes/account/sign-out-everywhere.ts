import { sessionsEnded, signOutEverywhereBody } from "../../../../protocol/api/account.ts";
import { signOutEverywhere } from "../../../services/account/sign-out-everywhere.ts";
import { route } from "../../route.ts";

export const signOutEverywhereRoute = route({
  method: "post",
  path: "/v1/me/sign-out-everywhere",
  operationId: "signOutEverywhere",
  tag: "Account",
  summary: "End all your sessions",
  description: "They end at once, access tokens included. API keys go on.",
  access: "person",
  peopleOnly: true,
  body: signOutEverywhereBody,
  bodyOptional: true,
  answer: sessionsEnded,
  handle: ({ ctx, body }) => signOutEverywhere({ ctx, input: body }),
});
