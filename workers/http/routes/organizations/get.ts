import { z } from "zod";
import { organizationDetail } from "../../../../protocol/api/organizations.ts";
import { get } from "../../../services/organizations/get.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const getOrganizationRoute = route({
  method: "get",
  path: "/v1/orgs/{org}",
  operationId: "getOrganization",
  tag: "Organizations",
  summary: "An organization",
  access: "organization.read",
  params: z.object({ org: idParam("organization") }),
  answer: organizationDetail,
  handle: async ({ ctx, params, http }) => {
    const { organization, etag } = await get({ ctx, input: params });
    http.setHeader("etag", etag);
    return organization;
  },
});
