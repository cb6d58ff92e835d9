import { type AgentRelease, agentReleasePage } from "../../../protocol/api/agent-releases.ts";
import type { Client } from "../../client.ts";
import { Failure } from "../../exit-codes.ts";
import { collect, showList } from "../../listing.ts";
import { clean } from "../../output.ts";
import { command, paging } from "../../spec.ts";
import type { Column } from "../../table.ts";

const none =
  "This Muster serves no release of the agent. Whoever runs it makes one: npm run release -- --publish";

const programs = ({ files }: AgentRelease) =>
  files
    .filter(({ kind }) => kind === "binary")
    .map(({ os, arch, bytes }) => `${os}-${arch} ${Math.round(bytes / 1e6)} MB`)
    .sort()
    .join(", ");

const columns: Column<AgentRelease>[] = [
  { title: "VERSION", whole: true, value: (row) => row.version },
  { title: "LATEST", value: (row) => (row.latest ? "latest" : "") },
  { title: "OF", value: (row) => row.sourceDate.slice(0, 10), drop: 2 },
  { title: "PLATFORMS", value: programs, drop: 1 },
  { title: "SIGNED BY", whole: true, value: (row) => row.publicKey ?? "nobody", drop: 3 },
];

export const listAgentReleases = command({
  name: "releases",
  summary: "The versions of Muster's own agent that are to be had here, the newest first",
  about:
    "What `muster agents upgrade --to` takes; latest is what the install script brings. With --json also every file, with its size, sha256 and signature.",
  options: paging,
  examples: ["muster agents releases", "muster agents releases --json"],
  answer: agentReleasePage,
  async run(cli, { options }) {
    const client = await cli.client();
    showList(cli, await collect(client, "GET /v1/agent-releases", { query: options }), columns, none);
  },
});

/** `wanted`: a version, or `latest`. */
export async function findAgentRelease(client: Client, wanted: string): Promise<AgentRelease> {
  const { items } = await collect(client, "GET /v1/agent-releases", { query: { limit: 1000 } });
  const found = items.find(({ version, latest }) => (wanted === "latest" ? latest : version === wanted));
  if (found) return found;
  if (items.length === 0) throw new Failure("notFound", none);
  const known = items.slice(0, 10).map(({ version, latest }) => (latest ? `${version} (latest)` : version));
  const more = items.length > known.length ? ", and older ones: muster agents releases" : "";
  throw new Failure(
    "notFound",
    `There is no release ${clean(wanted)} of the agent here. Take one of ${known.join(", ")}${more}.`,
  );
}
