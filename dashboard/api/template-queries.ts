import { queryOptions } from "@tanstack/react-query";
import { api } from "./client.ts";
import { list, one } from "./queries.ts";

export const templateQueries = {
  catalogue: () =>
    queryOptions({
      queryKey: ["/v1/template-catalogue"],
      queryFn: async ({ signal }) => (await api.call("GET /v1/template-catalogue", { signal })).items,
      staleTime: Number.POSITIVE_INFINITY,
    }),
  templates: (project: string) => list("GET /v1/projects/{project}/templates", { path: { project } }),
  template: (template: string) => one("GET /v1/templates/{template}", { path: { template } }),
  version: (template: string, number: number) => ({
    ...one("GET /v1/templates/{template}/versions/{number}", { path: { template, number } }),
    staleTime: Number.POSITIVE_INFINITY,
  }),
  origin: (config: string) => one("GET /v1/configs/{config}/template", { path: { config } }),
};
