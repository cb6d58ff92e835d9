import { z } from "zod";
import { execStarted, openExecBody } from "../../../../protocol/api/exec.ts";
import { openApproved } from "../../../services/exec/open-approved.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const openExecSessionRoute = route({
  method: "post",
  path: "/v1/exec-sessions/{stream}/open",
  operationId: "openExecSession",
  tag: "Exec",
  summary: "Run what another person has approved",
  description: "By who asked for it, once, within 15 minutes of the approval.",
  access: "exec.run",
  params: z.object({ stream: idParam("stream") }),
  body: openExecBody,
  bodyOptional: true,
  answer: execStarted,
  status: 201,
  refusals: ["conflict", "quota_exceeded", "unavailable"],
  idempotent: false,
  handle: ({ ctx, params, body }) => openApproved({ ctx, input: { ...params, ...body } }),
});
