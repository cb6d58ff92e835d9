import { z } from "zod";
import { execAction, execDecisionBody } from "../../../../protocol/api/exec.ts";
import { decide } from "../../../services/exec/decide.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const approveExecSessionRoute = route({
  method: "post",
  path: "/v1/exec-sessions/{stream}/approve",
  operationId: "approveExecSession",
  tag: "Exec",
  summary: "Let the asker open a session that waits for approval",
  description:
    "By a person who may run commands there and did not ask. The asker then has 15 minutes to open it.",
  access: "exec.run",
  params: z.object({ stream: idParam("stream") }),
  body: execDecisionBody,
  bodyOptional: true,
  answer: execAction,
  refusals: ["approval_required", "conflict"],
  peopleOnly: true,
  handle: ({ ctx, params, body }) => decide({ ctx, input: { ...params, ...body, verdict: "approve" } }),
});
