import { linkSent, signUpBody } from "../../../../protocol/api/auth.ts";
import { signUp } from "../../../services/auth/sign-up.ts";
import { publicRoute } from "../../route.ts";

export const signUpRoute = publicRoute({
  method: "post",
  path: "/v1/auth/sign-up",
  operationId: "signUp",
  tag: "Auth",
  summary: "Ask for an account: a mail brings the link that makes it",
  description:
    "The answer is the same whether there is an account with this address or not; the mail tells. Limited per address that asks and per address that gets mail.",
  body: signUpBody,
  answer: linkSent,
  status: 202,
  refusals: ["forbidden", "rate_limited"],
  handle: ({ ctx, body }) => signUp({ ctx, input: body }),
});
