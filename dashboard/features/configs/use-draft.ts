import { queryOptions } from "@tanstack/react-query";
import type { ConfigDraft } from "../../../protocol/api/config-versions.ts";
import { api } from "../../api/client.ts";
import { ApiError } from "../../api/problem.ts";

/** null = the config has no draft. */
export const draftQuery = (config: string) =>
  queryOptions({
    queryKey: [`/v1/configs/${config}/draft`, {}],
    queryFn: async ({ signal }): Promise<ConfigDraft | null> => {
      try {
        return await api.call("GET /v1/configs/{config}/draft", { path: { config }, signal });
      } catch (error) {
        if (error instanceof ApiError && error.code === "not_found") return null;
        throw error;
      }
    },
  });
