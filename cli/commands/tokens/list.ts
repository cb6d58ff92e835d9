import type { EnrollmentToken } from "../../../protocol/api/fleets.ts";
import { enrollmentToken } from "../../../protocol/api/fleets.ts";
import { page } from "../../../protocol/api/shared.ts";
import { collect, showList } from "../../listing.ts";
import { stateColumn } from "../../paint.ts";
import { command, paging } from "../../spec.ts";
import { ago } from "../../time.ts";

function stateOf(token: EnrollmentToken, nowMs: number): string {
  if (token.revokedAt !== null) return "revoked";
  if (token.expiresAt !== null && Date.parse(token.expiresAt) <= nowMs) return "expired";
  if (token.maxUses !== null && token.uses !== null && token.uses >= token.maxUses) return "used up";
  return "usable";
}

export const listTokens = command({
  name: "list",
  summary: "List the fleet's enrolment tokens",
  options: paging,
  examples: ["muster tokens list --fleet web"],
  answer: page(enrollmentToken),
  async run(cli, { options }) {
    const { id } = await cli.scope.fleet();
    const list = await collect(await cli.client(), "GET /v1/fleets/{fleet}/enrollment-tokens", {
      path: { fleet: id },
      query: options,
    });
    const now = cli.io.now();
    showList(
      cli,
      list,
      [
        { title: "NAME", value: (row) => row.name },
        stateColumn("STATE", (row) => stateOf(row, now)),
        { title: "USES", value: (row) => `${row.uses ?? "?"}/${row.maxUses ?? "∞"}` },
        {
          title: "EXPIRES",
          value: (row) => (row.expiresAt === null ? "never" : ago(row.expiresAt, now)),
          drop: 1,
        },
        {
          title: "LABELS",
          value: (row) =>
            Object.entries(row.labels)
              .map(([key, value]) => `${key}=${value}`)
              .join(","),
          drop: 2,
        },
        { title: "ID", whole: true, value: (row) => row.id },
      ],
      "No enrolment tokens yet. Make one: muster tokens create",
    );
  },
});
