import { z } from "zod";
import { project } from "../../../../protocol/api/projects.ts";
import { page, pageQuery } from "../../../../protocol/api/shared.ts";
import { list } from "../../../services/projects/list.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const listProjectsRoute = route({
  method: "get",
  path: "/v1/orgs/{org}/projects",
  operationId: "listProjects",
  tag: "Projects",
  summary: "Projects of an organization, oldest first",
  access: "project.read",
  params: z.object({ org: idParam("organization") }),
  query: pageQuery,
  answer: page(project),
  handle: ({ ctx, params, query }) => list({ ctx, input: { ...params, ...query } }),
});
