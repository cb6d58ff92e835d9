import { z } from "zod";
import { release } from "../../../../protocol/api/rollouts.ts";
import { page, pageQuery } from "../../../../protocol/api/shared.ts";
import { list } from "../../../services/releases/list.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const listReleasesRoute = route({
  method: "get",
  path: "/v1/fleets/{fleet}/releases",
  operationId: "listReleases",
  tag: "Releases",
  summary: "Releases of a fleet, newest first",
  access: "rollout.read",
  params: z.object({ fleet: idParam("fleet") }),
  query: pageQuery,
  answer: page(release),
  handle: ({ ctx, params, query }) => list({ ctx, input: { ...params, ...query } }),
});
