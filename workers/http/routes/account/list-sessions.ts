import { signedInDevice } from "../../../../protocol/api/account.ts";
import { page, pageQuery } from "../../../../protocol/api/shared.ts";
import { listSessions } from "../../../services/account/list-sessions.ts";
import { route } from "../../route.ts";

export const listSessionsRoute = route({
  method: "get",
  path: "/v1/me/sessions",
  operationId: "listSessions",
  tag: "Account",
  summary: "Where you are signed in, newest first",
  access: "person",
  peopleOnly: true,
  query: pageQuery,
  answer: page(signedInDevice),
  handle: ({ ctx, query }) => listSessions({ ctx, input: query }),
});
