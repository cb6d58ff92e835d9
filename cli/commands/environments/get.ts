import { windowText } from "../../../domain/rollouts/schedule/closed.ts";
import type { Environment } from "../../../protocol/api/projects.ts";
import { environment } from "../../../protocol/api/projects.ts";
import type { Style } from "../../output.ts";
import { argument, command, text } from "../../spec.ts";
import { facts } from "../../table.ts";
import { findEnvironment } from "./find.ts";

const freezeState = (from: string, until: string, nowMs: number) =>
  Date.parse(until) <= nowMs ? " (over)" : Date.parse(from) <= nowMs ? " (now)" : "";

export function showEnvironment(found: Environment, style: Style): string {
  const freezes = found.freezes.map(
    ({ from, until, reason }) => `${from} – ${until}${freezeState(from, until, style.nowMs)}: ${reason}`,
  );
  return facts(
    [
      ["name", found.name],
      ["slug", found.slug],
      ["id", found.id],
      ["project", found.projectId],
      ["protected", found.protected ? "yes: another person must approve each rollout" : "no"],
      ["windows", found.windows.map(windowText).join("\n") || "always"],
      ["freezes", freezes.join("\n") || "none"],
      ["created", found.createdAt],
    ],
    style,
  );
}

export const getEnvironment = command({
  name: "get",
  summary: "Show one environment: protection, maintenance windows, freezes",
  args: { environment: argument("Id, slug or name", text, "environment") },
  examples: ["muster environments get production"],
  answer: environment,
  async run(cli, { args }) {
    const found = await findEnvironment(cli, args.environment);
    cli.output.result(found, (style) => showEnvironment(found, style));
  },
});
