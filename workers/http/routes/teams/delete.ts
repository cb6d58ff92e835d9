import { z } from "zod";
import { receiptAnswer } from "../../../../protocol/api/members.ts";
import { remove } from "../../../services/teams/delete.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const deleteTeamRoute = route({
  method: "delete",
  path: "/v1/teams/{team}",
  operationId: "deleteTeam",
  tag: "Teams",
  summary: "Delete a team and what it was given; its people stay",
  access: "team.write",
  params: z.object({ team: idParam("team") }),
  answer: receiptAnswer,
  handle: ({ ctx, params }) => remove({ ctx, input: params }),
});
