import { z } from "zod";
import { usage } from "../../../protocol/api/usage.ts";
import { command, option } from "../../spec.ts";
import { table } from "../../table.ts";

/** A day (`2026-11-01`, its beginning in UTC) or a full timestamp. */
export const moment = z
  .string()
  .refine((value) => /^\d{4}-\d\d-\d\d(T.*)?$/.test(value) && !Number.isNaN(Date.parse(value)), {
    error: "must be a day such as 2026-11-01 or a time such as 2026-11-01T09:00:00Z",
  })
  .transform((value) => new Date(value).toISOString());

export const period = {
  from: option("--from <day>", "Start; the current month's when left out", moment.optional()),
  to: option("--to <day>", "End, not included; now when left out", moment.optional()),
};

export const quantity = (value: number) =>
  value.toLocaleString("en-US", { maximumFractionDigits: 3 }).replaceAll(",", "\u202f");

export const showUsage = command({
  name: "usage",
  summary: "Show what has been used, per fleet and in total",
  about: "For the whole organization, or for one fleet with --fleet.",
  options: period,
  examples: [
    "muster usage",
    "muster usage --from 2026-11-01 --to 2026-12-01 --json",
    "muster usage --fleet web",
  ],
  answer: usage,
  async run(cli, { options }) {
    const { id } = await cli.scope.organization();
    const fleet = cli.globals.fleet === undefined ? undefined : (await cli.scope.fleet()).id;
    const found = await (await cli.client()).call("GET /v1/orgs/{org}/usage", {
      path: { org: id },
      query: { ...options, fleet },
    });
    cli.output.result(found, (style) => {
      const head = `Usage from ${found.from} to ${found.to}`;
      const rows = [
        ...found.fleets.map((row) => ({ ...row, name: row.fleetName })),
        ...found.meters.map((row) => ({ ...row, name: "total", live: false })),
      ];
      if (rows.length === 0) return `${head}: nothing yet.`;
      const shown = table(
        rows,
        [
          { title: "FLEET", value: (row) => row.name },
          { title: "METER", value: (row) => row.meter },
          { title: "QUANTITY", value: (row) => quantity(row.quantity), align: "right" },
          { title: "UNIT", value: (row) => row.unit },
          { title: "", value: (row) => (row.live ? "with the running hour" : ""), drop: 1 },
        ],
        style,
      );
      return `${head}\n\n${shown}\n\nWhat it costs: muster invoice preview`;
    });
  },
});
