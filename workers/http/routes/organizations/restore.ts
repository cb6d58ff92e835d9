import { z } from "zod";
import { organizationChange } from "../../../../protocol/api/organizations.ts";
import { restore } from "../../../services/organizations/delete.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const restoreOrganizationRoute = route({
  method: "post",
  path: "/v1/orgs/{org}/restore",
  operationId: "restoreOrganization",
  tag: "Organizations",
  summary: "Bring a deleted organization back",
  description: "Asked again of one that is not deleted, it lets agents in again that could not be told.",
  access: "organization.delete",
  peopleOnly: true,
  params: z.object({ org: idParam("organization") }),
  answer: organizationChange,
  refusals: ["reauthentication_required"],
  handle: ({ ctx, params }) => restore({ ctx, input: params }),
});
