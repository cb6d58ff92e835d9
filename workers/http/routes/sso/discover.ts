import { discoveredSso, discoverSsoBody } from "../../../../protocol/api/sso.ts";
import { discover } from "../../../services/sso/discover.ts";
import { publicRoute } from "../../route.ts";

export const discoverSsoRoute = publicRoute({
  method: "post",
  path: "/v1/auth/sso/discover",
  operationId: "discoverSso",
  tag: "Single sign-on",
  summary: "Which single sign-on people of an e-mail domain have",
  description: "Looks at the domain alone: it tells nothing of accounts.",
  body: discoverSsoBody,
  answer: discoveredSso,
  handle: ({ ctx, body }) => discover({ ctx, input: body }),
});
