import { z } from "zod";
import { execBody, execStarted } from "../../../../protocol/api/exec.ts";
import { start } from "../../../services/exec/start.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const startExecRoute = route({
  method: "post",
  path: "/v1/agents/{agent}/exec",
  operationId: "startExec",
  tag: "Exec",
  summary: "Run a command, or a shell, on the agent's host or in one of its containers",
  description:
    "Answers a ticket, good for one dial within a minute; the program starts once the viewer is there. In a protected environment the answer is 202 and no ticket: another person approves, then `POST /v1/exec-sessions/{stream}/open`. Refused unless the host's own operator allows commands there.",
  access: "exec.run",
  params: z.object({ agent: idParam("agent") }),
  body: execBody,
  answer: execStarted,
  status: 201,
  otherAnswers: { 202: execStarted },
  refusals: ["conflict", "quota_exceeded", "unavailable"],
  idempotent: false,
  handle: async ({ ctx, params, body, http }) => {
    const started = await start({ ctx, input: { ...params, body } });
    if (!started.stream) http.setStatus(202);
    return started;
  },
});
