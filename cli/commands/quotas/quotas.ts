import { quotas } from "../../../protocol/api/quotas.ts";
import { clean } from "../../output.ts";
import { command } from "../../spec.ts";
import { facts, table } from "../../table.ts";
import { ago } from "../../time.ts";

const where = { organization: "", fleet: "the fullest fleet", config: "the fullest config" };

/** From here on a quota is shown as nearly used up. */
const nearly = 0.9;

export const showQuotas = command({
  name: "quotas",
  summary: "Show what the plan allows, and how much of it is used",
  examples: ["muster quotas", "muster quotas --json | jq '.quotas[] | select(.used >= .limit)'"],
  answer: quotas,
  async run(cli) {
    const { id } = await cli.scope.organization();
    const found = await (await cli.client()).call("GET /v1/orgs/{org}/quotas", { path: { org: id } });
    const now = cli.io.now();
    const used = (count: number | null) => (count === null ? "?" : String(count));
    cli.output.result(found, (style) =>
      [
        facts(
          [
            ["plan", found.plan],
            ["audit log kept", `${found.auditRetentionDays} days`],
          ],
          style,
        ),
        "",
        table(
          found.quotas,
          [
            { title: "QUOTA", value: (row) => row.name },
            {
              title: "USED",
              value: (row) => used(row.used),
              paint: (text, row, { color }) =>
                (row.used ?? 0) >= row.limit
                  ? color.red(text)
                  : (row.used ?? 0) >= nearly * row.limit
                    ? color.yellow(text)
                    : text,
              align: "right",
            },
            { title: "LIMIT", value: (row) => String(row.limit), align: "right" },
            {
              title: "OF",
              value: (row) => (row.fullest === null ? where[row.scope] : clean(row.fullest.name)),
              drop: 1,
            },
          ],
          style,
        ),
        "",
        table(
          found.rates,
          [
            { title: "REQUESTS", value: (row) => (row.name === "caller" ? "of you" : "of the organization") },
            { title: "USED", value: (row) => used(row.used), align: "right" },
            { title: "LIMIT", value: (row) => String(row.limit), align: "right" },
            { title: "IN", value: (row) => `${row.windowSeconds}s` },
            { title: "NEW", value: (row) => (row.resetsAt === null ? "" : ago(row.resetsAt, now)), drop: 1 },
          ],
          style,
        ),
      ].join("\n"),
    );
  },
});
