import { z } from "zod";
import { deleteOrganizationQuery, organizationChange } from "../../../../protocol/api/organizations.ts";
import { remove } from "../../../services/organizations/delete.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const deleteOrganizationRoute = route({
  method: "delete",
  path: "/v1/orgs/{org}",
  operationId: "deleteOrganization",
  tag: "Organizations",
  summary: "Delete an organization; an owner may bring it back for 30 days",
  description:
    "Its agents are sent away at once, and nothing can be changed any more. After 30 days all of it is erased.",
  access: "organization.delete",
  peopleOnly: true,
  params: z.object({ org: idParam("organization") }),
  query: deleteOrganizationQuery,
  answer: organizationChange,
  refusals: ["conflict", "reauthentication_required"],
  handle: ({ ctx, params, query }) => remove({ ctx, input: { ...query, ...params } }),
});
