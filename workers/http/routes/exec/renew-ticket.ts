import { z } from "zod";
import { streamTicket } from "../../../../protocol/api/exec.ts";
import { renewTicket } from "../../../services/exec/renew-ticket.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const renewStreamTicketRoute = route({
  method: "post",
  path: "/v1/streams/{stream}/tickets",
  operationId: "renewStreamTicket",
  tag: "Exec",
  summary: "Another ticket for a session whose connection broke",
  description:
    "For who opened it. The session waits 30 seconds; dial with `?received=` and the number of data bytes that came, and it goes on from there.",
  access: "exec.run",
  params: z.object({ stream: idParam("stream") }),
  answer: streamTicket,
  status: 201,
  refusals: ["conflict", "unavailable"],
  idempotent: false,
  handle: ({ ctx, params }) => renewTicket({ ctx, input: params }),
});
