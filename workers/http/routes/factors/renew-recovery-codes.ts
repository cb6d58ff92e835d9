import { changedFactors } from "../../../../protocol/api/factors.ts";
import { renewRecoveryCodes } from "../../../services/factors/renew-recovery-codes.ts";
import { route } from "../../route.ts";

export const renewRecoveryCodesRoute = route({
  method: "post",
  path: "/v1/me/recovery-codes",
  operationId: "renewRecoveryCodes",
  tag: "Account",
  summary: "Make ten new recovery codes in place of the old ones; they are in this answer only",
  access: "person",
  peopleOnly: true,
  answer: changedFactors,
  refusals: ["forbidden", "reauthentication_required", "conflict"],
  handle: ({ ctx }) => renewRecoveryCodes({ ctx }),
});
