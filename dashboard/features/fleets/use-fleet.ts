import { useQuery } from "@tanstack/react-query";
import { queries } from "../../api/queries.ts";

export function useFleet(fleetId: string) {
  return useQuery(queries.fleet(fleetId));
}
