import { passkeyRequest, passkeyRequestBody } from "../../../../protocol/api/factors.ts";
import { askPasskey } from "../../../services/auth/passkey-sign-in.ts";
import { publicRoute } from "../../route.ts";

export const askPasskeyRoute = publicRoute({
  method: "post",
  path: "/v1/auth/passkeys/options",
  operationId: "askPasskey",
  tag: "Auth",
  summary: "What the browser needs to ask for a passkey",
  description:
    "Without a ticket: any passkey of this site, for a sign-in by passkey. With the ticket of a sign-in: one of that person's, for its second step.",
  body: passkeyRequestBody,
  bodyOptional: true,
  answer: passkeyRequest,
  refusals: ["token_invalid", "conflict"],
  handle: ({ ctx, body }) => askPasskey({ ctx, input: body }),
});
