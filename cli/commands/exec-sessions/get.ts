import { type ExecSession, execSession } from "../../../protocol/api/exec.ts";
import type { Style } from "../../output.ts";
import { argument, command, text } from "../../spec.ts";
import { facts } from "../../table.ts";
import { howItEnded, whatItRuns } from "./columns.ts";

function show(found: ExecSession, style: Style): string {
  const { decision, end, recording } = found;
  return facts(
    [
      ["id", found.id],
      ["agent", `${found.agentName} (${found.agentId})`],
      ["runs", whatItRuns(found)],
      ["by", found.actorName],
      ["reason", found.reason ?? "none given"],
      ["state", found.state],
      [
        "decision",
        decision
          ? `${decision.verdict} by ${decision.name}${decision.comment ? `: ${decision.comment}` : ""}`
          : "none",
      ],
      ["opened", found.openedAt ?? "not yet"],
      ["end", end ? `${howItEnded(found)} after ${Math.round(end.seconds)} s, at ${end.at}` : "not yet"],
      ["bytes", end ? `${end.bytesIn} in, ${end.bytesOut} out` : ""],
      ["recording", recording ? `${recording.bytes} bytes, kept until ${recording.until}` : "none"],
    ],
    style,
  );
}

export const getExecSession = command({
  name: "get",
  summary: "Show one session: who ran what where, and how it ended",
  args: { session: argument("Its id", text) },
  examples: ["muster exec-sessions get str_01JD0000000000000000000000"],
  answer: execSession,
  async run(cli, { args }) {
    const client = await cli.client();
    const found = await client.call("GET /v1/exec-sessions/{stream}", { path: { stream: args.session } });
    cli.output.result(found, (style) => show(found, style));
  },
});
