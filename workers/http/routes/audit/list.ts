import { z } from "zod";
import { auditEventsPage, listAuditEventsQuery } from "../../../../protocol/api/audit.ts";
import { list } from "../../../services/audit/list.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const listAuditEventsRoute = route({
  method: "get",
  path: "/v1/orgs/{org}/audit-events",
  operationId: "listAuditEvents",
  tag: "Audit",
  summary: "Who did what, newest first",
  description:
    "Filters narrow it together. `q` looks through at most 10,000 events for each page, so a page may be empty and still have a `nextCursor`.",
  access: "audit.read",
  params: z.object({ org: idParam("organization") }),
  query: listAuditEventsQuery,
  answer: auditEventsPage,
  handle: ({ ctx, params, query }) => list({ ctx, input: { ...params, ...query } }),
});
