import { z } from "zod";
import type { AgentId, FleetId } from "../../../../domain/ids.ts";
import { execSessionPage, execSessionsQuery } from "../../../../protocol/api/exec.ts";
import { list } from "../../../services/exec/read.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const listExecSessionsRoute = route({
  method: "get",
  path: "/v1/orgs/{org}/exec-sessions",
  operationId: "listExecSessions",
  tag: "Exec",
  summary: "Sessions of commands on agents' hosts, newest first",
  access: "exec.read",
  params: z.object({ org: idParam("organization") }),
  query: execSessionsQuery,
  answer: execSessionPage,
  handle: ({ ctx, params, query: { limit, cursor, agent, fleet, state } }) =>
    list({
      ctx,
      input: {
        ...params,
        limit,
        cursor,
        // The query's schema has checked that they are ids of their kinds.
        filter: {
          ...(agent && { agent: agent as AgentId }),
          ...(fleet && { fleet: fleet as FleetId }),
          ...(state && { state }),
        },
      },
    }),
});
