import { z } from "zod";
import { createTeamBody, teamChange } from "../../../../protocol/api/teams.ts";
import { create } from "../../../services/teams/create.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const createTeamRoute = route({
  method: "post",
  path: "/v1/orgs/{org}/teams",
  operationId: "createTeam",
  tag: "Teams",
  summary: "Create a team",
  access: "team.write",
  params: z.object({ org: idParam("organization") }),
  body: createTeamBody,
  answer: teamChange,
  status: 201,
  refusals: ["already_exists", "quota_exceeded"],
  handle: ({ ctx, params, body }) => create({ ctx, input: { ...body, ...params } }),
});
