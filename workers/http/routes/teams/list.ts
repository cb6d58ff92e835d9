import { z } from "zod";
import { page, pageQuery } from "../../../../protocol/api/shared.ts";
import { team } from "../../../../protocol/api/teams.ts";
import { list } from "../../../services/teams/get.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const listTeamsRoute = route({
  method: "get",
  path: "/v1/orgs/{org}/teams",
  operationId: "listTeams",
  tag: "Teams",
  summary: "Teams of an organization, oldest first",
  access: "team.read",
  params: z.object({ org: idParam("organization") }),
  query: pageQuery,
  answer: page(team),
  handle: ({ ctx, params, query }) => list({ ctx, input: { ...query, ...params } }),
});
