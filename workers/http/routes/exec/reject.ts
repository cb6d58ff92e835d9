import { z } from "zod";
import { execAction, execDecisionBody } from "../../../../protocol/api/exec.ts";
import { decide } from "../../../services/exec/decide.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const rejectExecSessionRoute = route({
  method: "post",
  path: "/v1/exec-sessions/{stream}/reject",
  operationId: "rejectExecSession",
  tag: "Exec",
  summary: "Refuse a session that waits for approval",
  description: "By a person who may run commands there.",
  access: "exec.run",
  params: z.object({ stream: idParam("stream") }),
  body: execDecisionBody,
  bodyOptional: true,
  answer: execAction,
  refusals: ["approval_required", "conflict"],
  peopleOnly: true,
  handle: ({ ctx, params, body }) => decide({ ctx, input: { ...params, ...body, verdict: "reject" } }),
});
