import { z } from "zod";
import { createdEnrollmentToken, createEnrollmentTokenBody } from "../../../../protocol/api/fleets.ts";
import { create } from "../../../services/enrollment-tokens/create.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const createEnrollmentTokenRoute = route({
  method: "post",
  path: "/v1/fleets/{fleet}/enrollment-tokens",
  operationId: "createEnrollmentToken",
  tag: "Enrolment",
  summary: "Create an enrolment token; the secret is in this answer only",
  access: "enrollment_token.write",
  params: z.object({ fleet: idParam("fleet") }),
  body: createEnrollmentTokenBody,
  bodyOptional: true,
  answer: createdEnrollmentToken,
  status: 201,
  refusals: ["quota_exceeded", "unavailable"],
  handle: ({ ctx, params, body }) => create({ ctx, input: { ...body, ...params } }),
});
