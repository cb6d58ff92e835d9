import { z } from "zod";
import { page, pageQuery } from "../../../../protocol/api/shared.ts";
import { teamMember } from "../../../../protocol/api/teams.ts";
import { listMembers } from "../../../services/teams/get.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const listTeamMembersRoute = route({
  method: "get",
  path: "/v1/teams/{team}/members",
  operationId: "listTeamMembers",
  tag: "Teams",
  summary: "Who is in a team",
  access: "team.read",
  params: z.object({ team: idParam("team") }),
  query: pageQuery,
  answer: page(teamMember),
  handle: ({ ctx, params, query }) => listMembers({ ctx, input: { ...query, ...params } }),
});
