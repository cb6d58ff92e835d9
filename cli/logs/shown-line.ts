import { z } from "zod";
import { type Colour, levelOf } from "../../domain/logs/level.ts";
import { clean, type Style } from "../output.ts";

/** What `muster logs --json` prints, an object a line. */
export const shownLine = z.object({
  agent: z.string(),
  at: z.string().nullable().meta({ description: "RFC 3339; null = nobody knows" }),
  source: z.string().nullable(),
  stream: z.enum(["stdout", "stderr"]).nullable(),
  text: z.string(),
  dropped: z.number().int().meta({ description: "Lines that were left out here; then there is no text" }),
  cursor: z.string().nullable(),
});
export type ShownLine = z.infer<typeof shownLine>;

export interface Prefixes {
  /** Of each line, where lines of several agents come together. */
  agents: boolean;
  /** Of each line, where they come from several sources. */
  sources: boolean;
  times: boolean;
}

const agentColors = ["cyan", "magenta", "green", "yellow", "blue"] as const;
const levelColors = { error: "red", warning: "yellow", quiet: "dim" } as const satisfies Record<
  Colour,
  string
>;

export function showLine(line: ShownLine, prefixes: Prefixes, { color }: Style): string {
  const { agent, at, source, dropped } = line;
  const parts = [
    ...(prefixes.times ? [color.dim(at ?? "-".padEnd(24))] : []),
    ...(prefixes.agents
      ? [color[agentColors[hash(agent) % agentColors.length] ?? "cyan"](clean(agent))]
      : []),
    ...(prefixes.sources && source !== null ? [color.dim(clean(source))] : []),
  ];
  if (dropped > 0) return [...parts, color.yellow(`--- ${dropped} dropped ---`)].join(" ");
  const text = clean(line.text);
  const level = levelOf(text);
  return [...parts, level ? color[levelColors[level]](text) : text].join(" ");
}

function hash(text: string): number {
  let value = 0;
  for (const char of text) value = (value * 31 + (char.codePointAt(0) ?? 0)) % 1_000_003;
  return value;
}
