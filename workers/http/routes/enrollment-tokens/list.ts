import { z } from "zod";
import { enrollmentToken } from "../../../../protocol/api/fleets.ts";
import { page, pageQuery } from "../../../../protocol/api/shared.ts";
import { list } from "../../../services/enrollment-tokens/list.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const listEnrollmentTokensRoute = route({
  method: "get",
  path: "/v1/fleets/{fleet}/enrollment-tokens",
  operationId: "listEnrollmentTokens",
  tag: "Enrolment",
  summary: "Enrolment tokens of a fleet, oldest first",
  access: "enrollment_token.read",
  params: z.object({ fleet: idParam("fleet") }),
  query: pageQuery,
  answer: page(enrollmentToken),
  handle: ({ ctx, params, query }) => list({ ctx, input: { ...params, ...query } }),
});
