import { z } from "zod";
import { execSession } from "../../../../protocol/api/exec.ts";
import { get } from "../../../services/exec/read.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const getExecSessionRoute = route({
  method: "get",
  path: "/v1/exec-sessions/{stream}",
  operationId: "getExecSession",
  tag: "Exec",
  summary: "One session: who ran what where, and how it ended",
  access: "exec.read",
  params: z.object({ stream: idParam("stream") }),
  answer: execSession,
  handle: ({ ctx, params }) => get({ ctx, input: params }),
});
