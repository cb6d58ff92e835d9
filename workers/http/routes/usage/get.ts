import { z } from "zod";
import type { FleetId } from "../../../../domain/ids.ts";
import { usage, usageQuery } from "../../../../protocol/api/usage.ts";
import { get } from "../../../services/usage/get.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const getUsageRoute = route({
  method: "get",
  path: "/v1/orgs/{org}/usage",
  operationId: "getUsage",
  tag: "Usage",
  summary: "Metered use: the ledger, and the hours that are still open",
  access: "usage.read",
  params: z.object({ org: idParam("organization") }),
  query: usageQuery,
  answer: usage,
  refusals: ["unavailable"],
  // The query's schema has checked that it is a fleet's id.
  handle: ({ ctx, params, query }) =>
    get({ ctx, input: { ...params, ...query, fleet: query.fleet as FleetId | undefined } }),
});
