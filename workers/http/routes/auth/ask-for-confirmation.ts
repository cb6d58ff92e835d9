import { passkeyRequest } from "../../../../protocol/api/factors.ts";
import { askForConfirmation } from "../../../services/auth/confirm.ts";
import { route } from "../../route.ts";

export const askForConfirmationRoute = route({
  method: "post",
  path: "/v1/auth/confirm/options",
  operationId: "askForConfirmation",
  tag: "Auth",
  summary: "What the browser needs to ask for one of your passkeys, to confirm that it is you",
  access: "person",
  peopleOnly: true,
  idempotent: false,
  answer: passkeyRequest,
  refusals: ["forbidden", "conflict"],
  handle: ({ ctx }) => askForConfirmation({ ctx }),
});
