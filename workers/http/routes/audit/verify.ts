import { z } from "zod";
import { auditVerification, verifyAuditEventsQuery } from "../../../../protocol/api/audit.ts";
import { verify } from "../../../services/audit/verify.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const verifyAuditEventsRoute = route({
  method: "get",
  path: "/v1/orgs/{org}/audit-events/verify",
  operationId: "verifyAuditEvents",
  tag: "Audit",
  summary: "Whether the chain of audit events is whole",
  description:
    "Computes the hash of every event anew, up to 50,000 in one call. Note `head` somewhere else: given later as `after` and `hash`, it proves that nothing up to there was changed since.",
  access: "audit.read",
  params: z.object({ org: idParam("organization") }),
  query: verifyAuditEventsQuery,
  answer: auditVerification,
  handle: ({ ctx, params, query: { after, hash } }) =>
    verify({
      ctx,
      input: { ...params, ...(after !== undefined && hash !== undefined && { noted: { seq: after, hash } }) },
    }),
});
