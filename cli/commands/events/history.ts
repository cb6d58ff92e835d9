import { fleetEvent } from "../../../protocol/api/events.ts";
import { page } from "../../../protocol/api/shared.ts";
import { collect } from "../../listing.ts";
import { command, paging } from "../../spec.ts";
import { showEvent } from "./list.ts";

export const listHistory = command({
  name: "history",
  summary: "Show the organization's fleet and rollout events, newest first, kept for good",
  about: "It may lag behind the fleets by some seconds.",
  options: paging,
  examples: ["muster events history", "muster events history --limit 500 --json"],
  answer: page(fleetEvent),
  async run(cli, { options }) {
    const { id } = await cli.scope.organization();
    const list = await collect(await cli.client(), "GET /v1/orgs/{org}/events", {
      path: { org: id },
      query: options,
    });
    cli.output.result(list, (style) => list.items.map((event) => showEvent(event, style)).join("\n"));
    if (cli.output.json) return;
    if (list.items.length === 0) cli.output.note("Nothing yet. Rollouts show up here: muster deploy");
    if (list.nextCursor !== null) cli.output.note(`There is more: --cursor ${list.nextCursor}`);
  },
});
