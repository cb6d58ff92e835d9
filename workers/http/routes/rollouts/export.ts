import { z } from "zod";
import { rolloutExport } from "../../../../protocol/api/rollouts.ts";
import { exportLog } from "../../../services/rollouts/export.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const exportRolloutRoute = route({
  method: "get",
  path: "/v1/rollouts/{rollout}/export",
  operationId: "exportRollout",
  tag: "Rollouts",
  summary: "A rollout with all that it was decided by, for `muster rollouts replay`",
  access: "rollout.read",
  params: z.object({ rollout: idParam("rollout") }),
  answer: rolloutExport,
  refusals: ["unavailable"],
  handle: ({ ctx, params }) => exportLog({ ctx, input: params }),
});
