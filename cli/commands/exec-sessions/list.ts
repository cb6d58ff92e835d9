import { execSession } from "../../../protocol/api/exec.ts";
import { page } from "../../../protocol/api/shared.ts";
import { collect, showList } from "../../listing.ts";
import { command, oneOf, option, paging, text } from "../../spec.ts";
import { clockTime } from "../../time.ts";
import { findAgent } from "../agents/find.ts";
import { howItEnded, whatItRuns } from "./columns.ts";

const states = ["awaiting_approval", "approved", "rejected", "open", "ended"] as const;

export const listExecSessions = command({
  name: "list",
  summary: "Show who ran what on agents' hosts, newest first",
  options: {
    ...paging,
    agent: option("--agent <agent>", "Only on this one; id or name", text.optional(), "agent"),
    state: option("--state <state>", `Only in this state: ${states.join(", ")}`, oneOf(states).optional()),
  },
  examples: ["muster exec-sessions", "muster exec-sessions list --agent web-1 --state open"],
  answer: page(execSession),
  async run(cli, { options: { limit, cursor, agent, state } }) {
    const { id } = await cli.scope.organization();
    const list = await collect(await cli.client(), "GET /v1/orgs/{org}/exec-sessions", {
      path: { org: id },
      query: {
        limit,
        cursor,
        ...(state !== undefined && { state }),
        ...(agent !== undefined && { agent: await findAgent(cli, agent) }),
      },
    });
    showList(
      cli,
      list,
      [
        { title: "AT", value: (row) => clockTime(row.createdAt) },
        { title: "WHO", value: (row) => row.actorName },
        { title: "AGENT", value: (row) => row.agentName },
        { title: "STATE", value: (row) => row.state },
        { title: "WHAT", value: whatItRuns },
        { title: "END", value: howItEnded, drop: 2 },
        { title: "ID", whole: true, value: (row) => row.id, drop: 1 },
      ],
      "Nobody has run anything. See: muster exec --help",
    );
  },
});
