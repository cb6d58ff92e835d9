import type { KeptLine, KeptLogs } from "../../../protocol/api/logs.ts";
import type { Cli } from "../../cli.ts";
import { Failure } from "../../exit-codes.ts";
import { showLine } from "../../logs/shown-line.ts";
import { findAgent } from "../agents/find.ts";

export interface KeptSearch {
  since?: string;
  until?: string;
  grep: string | undefined;
  sources: string[];
  tail: number | undefined;
  timestamps: boolean;
}

const usualLines = 100;
const pageLines = 1_000;

/** The newest lines that match, printed in the order in which they were written. */
export async function readKept(cli: Cli, agent: string, search: KeptSearch): Promise<void> {
  const { grep, sources, tail, timestamps, since, until } = search;
  if (sources.length > 1) throw new Failure("usage", "--kept takes one --source, or none for all");
  const client = await cli.client();
  const id = await findAgent(cli, agent);
  const wanted = tail ?? (since === undefined ? usualLines : Number.POSITIVE_INFINITY);
  const found: KeptLine[] = [];
  let cursor: string | null = null;
  do {
    const page: KeptLogs = await client.call("GET /v1/agents/{agent}/logs", {
      path: { agent: id },
      query: {
        ...(sources[0] !== undefined && { source: sources[0] }),
        ...(since !== undefined && { since }),
        ...(until !== undefined && { until }),
        ...(grep !== undefined && { q: grep }),
        ...(cursor !== null && { cursor }),
        limit: Math.max(1, Math.min(pageLines, wanted - found.length)),
      },
      signal: cli.signal,
    });
    found.push(...page.items);
    cursor = page.nextCursor;
    if (found.length === 0 && cursor === null) {
      const { bytes } = page.kept;
      cli.output.note(
        bytes === 0
          ? "Nothing is kept of this agent. To keep a fleet's logs: muster logs ship on"
          : "Nothing of what is kept matches.",
      );
    }
  } while (cursor !== null && found.length < wanted);
  const prefixes = { agents: false, sources: sources.length === 0, times: timestamps };
  for (const { at, source, stream, text, dropped } of found.reverse()) {
    const line = { agent, at, source, stream, text, dropped, cursor: null };
    cli.output.item(line, (style) => showLine(line, prefixes, style));
  }
}
