import { z } from "zod";
import { health } from "../../../services/health.ts";
import { publicRoute } from "../../route.ts";

export const healthRoute = publicRoute({
  method: "get",
  path: "/v1/health",
  operationId: "health",
  tag: "Meta",
  summary: "Whether the API and its metadata store answer",
  answer: z
    .object({
      status: z.literal("ok"),
      mail: z
        .enum(["configured", "not configured"])
        .meta({ description: "Mails wait, and are given up after a day, while their way is not configured" }),
    })
    .meta({ id: "Health" }),
  refusals: ["unavailable"],
  handle: ({ ctx }) => health({ ctx }),
});
