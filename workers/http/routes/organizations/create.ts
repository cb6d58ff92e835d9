import { createdOrganization, createOrganizationBody } from "../../../../protocol/api/organizations.ts";
import { create } from "../../../services/organizations/create.ts";
import { route } from "../../route.ts";

export const createOrganizationRoute = route({
  method: "post",
  path: "/v1/orgs",
  operationId: "createOrganization",
  tag: "Organizations",
  summary: "Create an organization with a project, its production environment and a fleet",
  description: "You become its owner.",
  access: "person",
  peopleOnly: true,
  body: createOrganizationBody,
  answer: createdOrganization,
  status: 201,
  refusals: ["already_exists", "forbidden", "quota_exceeded"],
  handle: ({ ctx, body }) => create({ ctx, input: body }),
});
