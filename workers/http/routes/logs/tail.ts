import { z } from "zod";
import { streamTicket } from "../../../../protocol/api/exec.ts";
import { tailLogsBody } from "../../../../protocol/api/logs.ts";
import { tail } from "../../../services/logs/tail.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const tailLogsRoute = route({
  method: "post",
  path: "/v1/agents/{agent}/logs/tail",
  operationId: "tailLogs",
  tag: "Logs",
  summary: "Read an agent's logs as they are on its host, and follow them",
  description:
    "Opens a stream: dial the answer's path with a WebSocket and the ticket. Its channel 1 carries a JSON object a line: first `{sources}`, what the agent lets people read; then `{t, s, o, l, c}`: time (epoch ms or null), source, `stdout`, `stderr` or null, text, cursor; and `{s, note}` where a source cannot be read or lines are missing. The control message `dropped` says how many lines were left out because the viewer was too slow. Nothing is stored. To go on after a break, open another with the last cursors.",
  access: "log.read",
  params: z.object({ agent: idParam("agent") }),
  body: tailLogsBody,
  bodyOptional: true,
  answer: streamTicket,
  status: 201,
  refusals: ["conflict", "unavailable"],
  idempotent: false,
  handle: ({ ctx, params, body }) => tail({ ctx, input: { ...params, ...body } }),
});
