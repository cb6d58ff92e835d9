import { z } from "zod";
import { teamChange, updateTeamBody } from "../../../../protocol/api/teams.ts";
import { update } from "../../../services/teams/update.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const updateTeamRoute = route({
  method: "patch",
  path: "/v1/teams/{team}",
  operationId: "updateTeam",
  tag: "Teams",
  summary: "Rename a team",
  access: "team.write",
  params: z.object({ team: idParam("team") }),
  body: updateTeamBody,
  answer: teamChange,
  refusals: ["already_exists"],
  handle: ({ ctx, params, body }) => update({ ctx, input: { ...body, ...params } }),
});
