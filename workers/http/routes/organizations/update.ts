import { z } from "zod";
import { organizationChange, updateOrganizationBody } from "../../../../protocol/api/organizations.ts";
import { update } from "../../../services/organizations/update.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const updateOrganizationRoute = route({
  method: "patch",
  path: "/v1/orgs/{org}",
  operationId: "updateOrganization",
  tag: "Organizations",
  summary: "Rename an organization",
  description: "With `If-Match`, refused with 409 and what it is now when somebody changed it meanwhile.",
  access: "organization.write",
  params: z.object({ org: idParam("organization") }),
  body: updateOrganizationBody,
  answer: organizationChange,
  refusals: ["already_exists", "conflict"],
  handle: async ({ ctx, params, body, http }) => {
    const { change, etag } = await update({
      ctx,
      input: { ...params, body, ifMatch: http.header("if-match") },
    });
    http.setHeader("etag", etag);
    return change;
  },
});
