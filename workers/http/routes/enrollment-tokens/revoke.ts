import { z } from "zod";
import { enrollmentToken } from "../../../../protocol/api/fleets.ts";
import { revoke } from "../../../services/enrollment-tokens/revoke.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const revokeEnrollmentTokenRoute = route({
  method: "post",
  path: "/v1/enrollment-tokens/{token}/revoke",
  operationId: "revokeEnrollmentToken",
  tag: "Enrolment",
  summary: "Revoke an enrolment token; agents with a credential of their own go on",
  access: "enrollment_token.write",
  params: z.object({ token: idParam("enrollmentToken") }),
  answer: enrollmentToken,
  refusals: ["unavailable"],
  handle: ({ ctx, params }) => revoke({ ctx, input: params }),
});
