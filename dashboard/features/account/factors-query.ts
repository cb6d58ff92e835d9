import { queryOptions } from "@tanstack/react-query";
import type { ChangedFactors, Factors } from "../../../protocol/api/factors.ts";
import { api } from "../../api/client.ts";
import { queryClient } from "../../api/queries.ts";
import { refresh } from "../../api/session.ts";

export const factorsQuery = queryOptions({
  queryKey: ["/v1/me/factors"],
  queryFn: ({ signal }): Promise<Factors> => api.call("GET /v1/me/factors", { signal }),
});

/** Shows what a change answered, and whether organizations that ask for a second factor are open now. */
export async function showChanged({ factors }: ChangedFactors): Promise<void> {
  queryClient.setQueryData(factorsQuery.queryKey, factors);
  await refresh();
}
