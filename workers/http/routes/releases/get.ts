import { z } from "zod";
import { release } from "../../../../protocol/api/rollouts.ts";
import { get } from "../../../services/releases/get.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const getReleaseRoute = route({
  method: "get",
  path: "/v1/releases/{release}",
  operationId: "getRelease",
  tag: "Releases",
  summary: "One release with its assignments",
  access: "rollout.read",
  params: z.object({ release: idParam("release") }),
  answer: release,
  handle: ({ ctx, params }) => get({ ctx, input: params }),
});
