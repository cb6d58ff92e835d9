import { z } from "zod";
import { receiptAnswer } from "../../../../protocol/api/members.ts";
import { removeMember } from "../../../services/teams/members.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const removeTeamMemberRoute = route({
  method: "delete",
  path: "/v1/teams/{team}/members/{user}",
  operationId: "removeTeamMember",
  tag: "Teams",
  summary: "Take somebody out of a team",
  access: "team.write",
  params: z.object({ team: idParam("team"), user: idParam("user") }),
  answer: receiptAnswer,
  handle: ({ ctx, params }) => removeMember({ ctx, input: params }),
});
