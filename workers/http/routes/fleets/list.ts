import { z } from "zod";
import { fleet } from "../../../../protocol/api/fleets.ts";
import { page, pageQuery } from "../../../../protocol/api/shared.ts";
import { list } from "../../../services/fleets/list.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const listFleetsRoute = route({
  method: "get",
  path: "/v1/projects/{project}/fleets",
  operationId: "listFleets",
  tag: "Fleets",
  summary: "Fleets of a project, oldest first",
  access: "fleet.read",
  params: z.object({ project: idParam("project") }),
  query: pageQuery,
  answer: page(fleet),
  handle: ({ ctx, params, query }) => list({ ctx, input: { ...params, ...query } }),
});
