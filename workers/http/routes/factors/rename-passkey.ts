import { z } from "zod";
import { passkey, renamePasskeyBody } from "../../../../protocol/api/factors.ts";
import { renamePasskey } from "../../../services/factors/rename-passkey.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const renamePasskeyRoute = route({
  method: "patch",
  path: "/v1/me/passkeys/{passkey}",
  operationId: "renamePasskey",
  tag: "Account",
  summary: "Give a passkey another name",
  access: "person",
  peopleOnly: true,
  params: z.object({ passkey: idParam("passkey") }),
  body: renamePasskeyBody,
  answer: passkey,
  refusals: ["forbidden"],
  handle: ({ ctx, params, body }) => renamePasskey({ ctx, input: { ...params, ...body } }),
});
