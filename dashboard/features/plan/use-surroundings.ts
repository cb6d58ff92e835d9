import { useQuery } from "@tanstack/react-query";
import { queries } from "../../api/queries.ts";

/** The fleet a plan is made for, and what its environment asks of rollouts; always asked anew. */
export function useSurroundings(fleetId: string) {
  const fleet = useQuery({ ...queries.fleet(fleetId), refetchOnMount: "always" });
  const projectId = fleet.data?.projectId ?? "";
  const environments = useQuery({
    ...queries.environments(projectId),
    enabled: projectId !== "",
    refetchOnMount: "always",
  });
  return {
    fleet,
    environments,
    environment: environments.data?.find((each) => each.id === fleet.data?.environmentId),
    /** Another rollout runs in the fleet. */
    active: (fleet.data?.activeRolloutId ?? null) !== null,
    /** Both are known as they are now: a plan may begin from them. */
    ready:
      fleet.isFetchedAfterMount &&
      fleet.isSuccess &&
      environments.isFetchedAfterMount &&
      environments.isSuccess,
  };
}
