import { changedFactors } from "../../../../protocol/api/factors.ts";
import { removeTotp } from "../../../services/factors/remove-totp.ts";
import { route } from "../../route.ts";

export const removeTotpRoute = route({
  method: "delete",
  path: "/v1/me/totp",
  operationId: "removeTotp",
  tag: "Account",
  summary: "Remove the authenticator app",
  description:
    "Without any second factor left, recovery codes end, and sessions count as shown by one factor: organizations that ask for two are closed to them.",
  access: "person",
  peopleOnly: true,
  answer: changedFactors,
  refusals: ["forbidden", "reauthentication_required", "not_found"],
  handle: ({ ctx }) => removeTotp({ ctx }),
});
