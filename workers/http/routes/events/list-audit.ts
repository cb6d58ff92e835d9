import { z } from "zod";
import { auditEvent } from "../../../../protocol/api/audit.ts";
import { page, pageQuery } from "../../../../protocol/api/shared.ts";
import { list } from "../../../services/audit/list.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const listAuditEventsRoute = route({
  method: "get",
  path: "/v1/orgs/{org}/audit-events",
  operationId: "listAuditEvents",
  tag: "Events",
  summary: "Who changed what, newest first",
  access: "audit.read",
  params: z.object({ org: idParam("organization") }),
  query: pageQuery,
  answer: page(auditEvent),
  handle: ({ ctx, params, query }) => list({ ctx, input: { ...params, ...query } }),
});
