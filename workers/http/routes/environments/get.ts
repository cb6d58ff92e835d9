import { z } from "zod";
import { environment } from "../../../../protocol/api/projects.ts";
import { get } from "../../../services/environments/get.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const getEnvironmentRoute = route({
  method: "get",
  path: "/v1/environments/{environment}",
  operationId: "getEnvironment",
  tag: "Environments",
  summary: "One environment with its protection, windows and freezes",
  access: "environment.read",
  params: z.object({ environment: idParam("environment") }),
  answer: environment,
  handle: async ({ ctx, params, http }) => {
    const { environment, etag } = await get({ ctx, input: params });
    http.setHeader("etag", etag);
    return environment;
  },
});
