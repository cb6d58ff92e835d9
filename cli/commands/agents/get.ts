import { healthWord, statusWord } from "../../../domain/fleets/agent-words.ts";
import type { AgentDetail } from "../../../protocol/api/agents.ts";
import { agentDetail } from "../../../protocol/api/agents.ts";
import { paintState } from "../../paint.ts";
import { shellWord } from "../../shell-word.ts";
import { argument, command, text } from "../../spec.ts";
import { facts } from "../../table.ts";
import { clockTime } from "../../time.ts";
import { findAgent } from "./find.ts";
import { showLabels } from "./list.ts";

type Package = AgentDetail["packages"][number];

function showPackage({ name, version, offeredVersion, status, error }: Package): string {
  const offered = offeredVersion === "" || offeredVersion === version ? "" : `, offered ${offeredVersion}`;
  return `${name} ${version || "not installed"}${offered}: ${status}${error === null ? "" : ` (${error})`}`;
}

const shortHash = (hash: string | null) => (hash === null ? "none" : hash.slice(0, 12));

/** Empty of those that did not leave for good. */
function goodbye({ decommissioned }: AgentDetail): [string, string][] {
  if (!decommissioned) return [];
  const { reason, by, at } = decommissioned;
  return [["left", `${clockTime(at)} UTC, by ${by}: ${reason}`]];
}

export const getAgent = command({
  name: "get",
  summary: "Show one agent: state, labels, what it runs and what it reported",
  args: { agent: argument("Id or name", text, "agent") },
  examples: ["muster agents get web-1", "muster agents get web-1 --json"],
  answer: agentDetail,
  async run(cli, { args }) {
    const id = await findAgent(cli, args.agent);
    const found = await (await cli.client()).call("GET /v1/agents/{agent}", { path: { agent: id } });
    cli.output.result(found, (style) => {
      const paint = (word: string) => paintState(word, style);
      const files = (list: typeof found.wantedConfig) =>
        list.map((file) => `${file.name} (${file.contentType})`).join("\n") || "none";
      return facts(
        [
          ["name", found.name],
          ["id", found.id],
          ["status", statusWord(found), paint],
          ...goodbye(found),
          ["health", healthWord(found) ?? "not reported", paint],
          ["health error", found.healthError],
          ["type", [found.type, found.version].filter(Boolean).join(" ") || null],
          ["labels", showLabels(found.labels) || "none"],
          ["instance uid", found.instanceUid],
          ["credential", found.status === "revoked" ? "counts no longer" : found.credential],
          ["transport", found.transport],
          ["config", found.config.state, paint],
          ["config error", found.config.error],
          ["wanted hash", shortHash(found.config.wantedHash)],
          ["reported hash", shortHash(found.config.reportedHash)],
          ["wanted files", files(found.wantedConfig)],
          ["effective files", files(found.effectiveConfig)],
          ["packages", found.packages.map(showPackage).join("\n") || "none reported"],
          ["capabilities", found.capabilities.join(", ") || "none"],
          ["enrolled", found.enrolledAt],
          ["connected", found.connectedAt ?? "no"],
          ["last seen", found.lastSeenAt ?? "never"],
          [
            "reports",
            found.history
              .slice(0, 10)
              .map(
                (report) =>
                  `${clockTime(report.at)}  ${report.status} ${shortHash(report.hash)}${report.error ? `: ${report.error}` : ""}`,
              )
              .join("\n") || "none",
          ],
        ],
        style,
      );
    });
    if (!cli.output.json) cli.output.note(`Why is it so? muster explain agent ${shellWord(found.name)}`);
  },
});
