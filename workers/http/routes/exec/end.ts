import { z } from "zod";
import { execAction } from "../../../../protocol/api/exec.ts";
import { end } from "../../../services/exec/end.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const endExecSessionRoute = route({
  method: "post",
  path: "/v1/exec-sessions/{stream}/end",
  operationId: "endExecSession",
  tag: "Exec",
  summary: "End a session, or take back one that nobody has opened",
  access: "exec.run",
  params: z.object({ stream: idParam("stream") }),
  answer: execAction,
  refusals: ["conflict"],
  handle: ({ ctx, params }) => end({ ctx, input: params }),
});
