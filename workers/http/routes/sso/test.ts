import { ssoTest } from "../../../../protocol/api/sso.ts";
import { test } from "../../../services/sso/test.ts";
import { route } from "../../route.ts";
import { connectionParams } from "./params.ts";

export const testSsoConnectionRoute = route({
  method: "post",
  path: "/v1/orgs/{org}/sso-connections/{connection}/test",
  operationId: "testSsoConnection",
  tag: "Single sign-on",
  summary: "Try the provider: discovery, endpoints, scopes, keys, client secret, domains",
  description: "Changes nothing and signs nobody in. Answers 200 also when something is wrong.",
  access: "sso.write",
  idempotent: false,
  params: connectionParams,
  answer: ssoTest,
  handle: ({ ctx, params }) => test({ ctx, input: params }),
});
