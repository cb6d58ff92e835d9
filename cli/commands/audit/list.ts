import { type AuditEvent, auditEvent } from "../../../protocol/api/audit.ts";
import { page } from "../../../protocol/api/shared.ts";
import { collect, showList } from "../../listing.ts";
import { clean, type Style } from "../../output.ts";
import { command, paging } from "../../spec.ts";
import { clockTime } from "../../time.ts";
import { auditFilterOptions, auditQuery } from "./filter.ts";

export function showAuditEvent(event: AuditEvent, { color }: Style): string {
  const action = event.sensitiveRead ? color.yellow(event.action) : color.cyan(event.action);
  return `${color.dim(clockTime(event.at))}  ${action}  ${clean(event.actorName)}: ${clean(event.summary)}`;
}

export const listAuditEvents = command({
  name: "list",
  summary: "Show who did what in the organization, newest first",
  about: "Every change, and every reading of something sensitive. --json has what was before and after.",
  options: { ...paging, ...auditFilterOptions },
  examples: [
    "muster audit",
    "muster audit --action rollout.* --from 24h",
    "muster audit --actor ada@example.com -q production --json",
  ],
  answer: page(auditEvent),
  async run(cli, { options: { limit, cursor, ...given } }) {
    const { id } = await cli.scope.organization();
    const list = await collect(await cli.client(), "GET /v1/orgs/{org}/audit-events", {
      path: { org: id },
      query: {
        ...(await auditQuery(cli, id, given)),
        limit,
        cursor,
      },
    });
    showList(
      cli,
      list,
      [
        { title: "AT", value: (row) => clockTime(row.at) },
        { title: "WHO", value: (row) => row.actorName },
        { title: "ACTION", value: (row) => row.action },
        { title: "WHAT", value: (row) => row.summary },
        { title: "FROM", value: (row) => row.address, drop: 2 },
        { title: "ID", whole: true, value: (row) => row.id, drop: 1 },
      ],
      "Nothing fits.",
    );
  },
});
