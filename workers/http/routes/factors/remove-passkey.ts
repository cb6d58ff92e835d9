import { z } from "zod";
import { changedFactors } from "../../../../protocol/api/factors.ts";
import { removePasskey } from "../../../services/factors/remove-passkey.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const removePasskeyRoute = route({
  method: "delete",
  path: "/v1/me/passkeys/{passkey}",
  operationId: "removePasskey",
  tag: "Account",
  summary: "Remove a passkey",
  description:
    "Without any second factor left, recovery codes end, and sessions count as shown by one factor: organizations that ask for two are closed to them.",
  access: "person",
  peopleOnly: true,
  params: z.object({ passkey: idParam("passkey") }),
  answer: changedFactors,
  refusals: ["forbidden", "reauthentication_required"],
  handle: ({ ctx, params }) => removePasskey({ ctx, input: params }),
});
