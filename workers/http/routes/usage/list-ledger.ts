import { z } from "zod";
import type { FleetId } from "../../../../domain/ids.ts";
import { page, pageQuery } from "../../../../protocol/api/shared.ts";
import { ledgerEntry, usageQuery } from "../../../../protocol/api/usage.ts";
import { list } from "../../../services/usage/list-ledger.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const listLedgerRoute = route({
  method: "get",
  path: "/v1/orgs/{org}/ledger",
  operationId: "listLedger",
  tag: "Usage",
  summary: "The append-only ledger that invoices are computed from, oldest first",
  access: "usage.read",
  params: z.object({ org: idParam("organization") }),
  query: usageQuery.extend(pageQuery.shape),
  answer: page(ledgerEntry),
  // The query's schema has checked that it is a fleet's id.
  handle: ({ ctx, params, query }) =>
    list({ ctx, input: { ...params, ...query, fleet: query.fleet as FleetId | undefined } }),
});
