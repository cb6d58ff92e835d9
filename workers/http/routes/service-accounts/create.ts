import { z } from "zod";
import { createServiceAccountBody, serviceAccountChange } from "../../../../protocol/api/service-accounts.ts";
import { create } from "../../../services/service-accounts/create.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const createServiceAccountRoute = route({
  method: "post",
  path: "/v1/orgs/{org}/service-accounts",
  operationId: "createServiceAccount",
  tag: "Service accounts",
  summary: "Create a service account",
  description: "An identity of a program, which outlives who made it. It signs in by API keys of its own.",
  access: "service_account.write",
  params: z.object({ org: idParam("organization") }),
  body: createServiceAccountBody,
  answer: serviceAccountChange,
  status: 201,
  refusals: ["already_exists", "quota_exceeded"],
  handle: ({ ctx, params, body }) => create({ ctx, input: { ...body, ...params } }),
});
