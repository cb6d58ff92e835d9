import { z } from "zod";
import { addedTeamMember, addTeamMemberBody } from "../../../../protocol/api/teams.ts";
import { add } from "../../../services/teams/members.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const addTeamMemberRoute = route({
  method: "post",
  path: "/v1/teams/{team}/members",
  operationId: "addTeamMember",
  tag: "Teams",
  summary: "Put a member into a team",
  access: "team.write",
  params: z.object({ team: idParam("team") }),
  body: addTeamMemberBody,
  answer: addedTeamMember,
  status: 201,
  refusals: ["already_exists"],
  handle: ({ ctx, params, body }) => add({ ctx, input: { ...body, ...params } }),
});
