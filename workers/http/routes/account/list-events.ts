import { accountEvent } from "../../../../protocol/api/account.ts";
import { page, pageQuery } from "../../../../protocol/api/shared.ts";
import { listEvents } from "../../../services/account/list-events.ts";
import { route } from "../../route.ts";

export const listAccountEventsRoute = route({
  method: "get",
  path: "/v1/me/events",
  operationId: "listAccountEvents",
  tag: "Account",
  summary: "What happened to your account, newest first",
  description: "Sign-ins, changes of password, e-mail address and second factors. Nobody else sees them.",
  access: "person",
  peopleOnly: true,
  query: pageQuery,
  answer: page(accountEvent),
  handle: ({ ctx, query }) => listEvents({ ctx, input: query }),
});
