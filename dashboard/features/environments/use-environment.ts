import { useQuery } from "@tanstack/react-query";
import { queries } from "../../api/queries.ts";

/** The environment of a fleet; undefined until both are known. */
export function useEnvironment(fleetId: string) {
  const fleet = useQuery(queries.fleet(fleetId)).data;
  const environments = useQuery({
    ...queries.environments(fleet?.projectId ?? ""),
    enabled: fleet !== undefined,
  });
  return environments.data?.find((each) => each.id === fleet?.environmentId);
}
