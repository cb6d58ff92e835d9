import { fleetDetail } from "../../../protocol/api/fleets.ts";
import { argument, command, text } from "../../spec.ts";
import { facts } from "../../table.ts";
import { duration } from "../../time.ts";
import { findFleet } from "./find.ts";

export const getFleet = command({
  name: "get",
  summary: "Show one fleet and how its agents are",
  args: { fleet: argument("Id, slug or name; the chosen one when left out", text.optional(), "fleet") },
  examples: ["muster fleets get", "muster fleets get web --json"],
  answer: fleetDetail,
  async run(cli, { args }) {
    const { id } = await findFleet(cli, args.fleet);
    const found = await (await cli.client()).call("GET /v1/fleets/{fleet}", { path: { fleet: id } });
    const { counts } = found;
    cli.output.result(found, (style) =>
      facts(
        [
          ["name", found.name],
          ["slug", found.slug],
          ["id", found.id],
          ["project", found.projectId],
          ["environment", found.environmentId],
          [
            "agents",
            counts === null
              ? "not known: the fleet could not be asked"
              : `${counts.total} (${counts.online} online, ${counts.offline} offline, ${counts.unhealthy} unhealthy, ${counts.failed} failed, ${counts.revoked} revoked)`,
          ],
          ["current release", found.currentReleaseId ?? "none"],
          ["active rollout", found.activeRolloutId ?? "none"],
          [
            "tells of agents",
            found.offlineAfterSeconds === null
              ? "not when they are away"
              : `that have been away for ${duration(found.offlineAfterSeconds)}`,
          ],
          ["location", found.locationHint],
          ["created", found.createdAt],
        ],
        style,
      ),
    );
  },
});
