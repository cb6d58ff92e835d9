import { z } from "zod";
import { team } from "../../../../protocol/api/teams.ts";
import { get } from "../../../services/teams/get.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const getTeamRoute = route({
  method: "get",
  path: "/v1/teams/{team}",
  operationId: "getTeam",
  tag: "Teams",
  summary: "A team",
  access: "team.read",
  params: z.object({ team: idParam("team") }),
  answer: team,
  handle: ({ ctx, params }) => get({ ctx, input: params }),
});
