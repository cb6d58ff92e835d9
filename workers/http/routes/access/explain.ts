import { z } from "zod";
import { accessExplanation, explainAccessBody } from "../../../../protocol/api/access.ts";
import { explain } from "../../../services/access/explain.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const explainAccessRoute = route({
  method: "post",
  path: "/v1/orgs/{org}/access/explain",
  operationId: "explainAccess",
  tag: "Access",
  summary: "Why somebody may or may not do something",
  access: "role.read",
  params: z.object({ org: idParam("organization") }),
  body: explainAccessBody,
  answer: accessExplanation,
  idempotent: false,
  handle: ({ ctx, params, body }) => explain({ ctx, input: { ...body, ...params } }),
});
