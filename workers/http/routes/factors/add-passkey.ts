import { addPasskeyBody, changedFactors } from "../../../../protocol/api/factors.ts";
import { addPasskey } from "../../../services/factors/add-passkey.ts";
import { route } from "../../route.ts";

export const addPasskeyRoute = route({
  method: "post",
  path: "/v1/me/passkeys",
  operationId: "addPasskey",
  tag: "Account",
  summary: "Add the passkey that the browser made",
  description:
    "It signs in without the password from then on. With a first second factor come ten recovery codes, shown in this answer only.",
  access: "person",
  peopleOnly: true,
  maxBodyBytes: 100_000,
  body: addPasskeyBody,
  answer: changedFactors,
  status: 201,
  refusals: ["forbidden", "reauthentication_required", "token_invalid", "conflict", "already_exists"],
  handle: ({ ctx, body }) => addPasskey({ ctx, input: body }),
});
