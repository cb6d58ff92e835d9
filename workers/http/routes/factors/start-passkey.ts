import { passkeyCreation } from "../../../../protocol/api/factors.ts";
import { startPasskey } from "../../../services/factors/start-passkey.ts";
import { route } from "../../route.ts";

export const startPasskeyRoute = route({
  method: "post",
  path: "/v1/me/passkeys/options",
  operationId: "startPasskey",
  tag: "Account",
  summary: "Begin to add a passkey: what the browser needs to make one",
  access: "person",
  peopleOnly: true,
  idempotent: false,
  answer: passkeyCreation,
  refusals: ["forbidden", "reauthentication_required", "conflict"],
  handle: ({ ctx }) => startPasskey({ ctx }),
});
