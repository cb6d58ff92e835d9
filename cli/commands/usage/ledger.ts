import { page } from "../../../protocol/api/shared.ts";
import { ledgerEntry } from "../../../protocol/api/usage.ts";
import { collect, showList } from "../../listing.ts";
import { command, paging } from "../../spec.ts";
import { clockTime } from "../../time.ts";
import { period, quantity } from "./usage.ts";

export const listLedger = command({
  name: "ledger",
  summary: "List the ledger entries that the invoice is computed from",
  options: { ...period, ...paging },
  examples: ["muster invoice ledger", "muster invoice ledger --from 2026-11-01 --limit 10000 --json"],
  answer: page(ledgerEntry),
  async run(cli, { options }) {
    const { id } = await cli.scope.organization();
    const list = await collect(await cli.client(), "GET /v1/orgs/{org}/ledger", {
      path: { org: id },
      query: options,
    });
    showList(
      cli,
      list,
      [
        { title: "HOUR (UTC)", value: (row) => clockTime(row.hour) },
        { title: "FLEET", value: (row) => row.fleetId, drop: 1 },
        { title: "METER", value: (row) => row.meter },
        { title: "QUANTITY", value: (row) => quantity(row.quantity), align: "right" },
        { title: "ENTRY", value: (row) => (row.sequence === 0 ? "first" : `adjustment ${row.sequence}`) },
      ],
      "The ledger is empty: an hour is entered after it has ended. Use so far: muster usage",
    );
  },
});
