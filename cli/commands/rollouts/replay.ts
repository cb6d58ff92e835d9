import { z } from "zod";
import { plural } from "../../../domain/plural.ts";
import type { Replay, RolloutDocument } from "../../../domain/rollouts/replay.ts";
import { rolloutExport } from "../../../protocol/api/rollouts.ts";
import { Failure } from "../../exit-codes.ts";
import { clean, type Style } from "../../output.ts";
import { paintState } from "../../paint.ts";
import { argument, command, text } from "../../spec.ts";
import { withoutFractions } from "../../time.ts";
import { readSource } from "../configs/source.ts";

const items = z.array(z.unknown());
/** What is looked at before the rules are trusted with the rest. */
const outline = z.object({
  terms: z.object({ strategy: z.object({ kind: z.string() }), gates: z.looseObject({}) }),
  createdAtMs: z.number(),
  plan: z.array(items),
  facts: items,
  log: z.array(z.tuple([z.number(), z.looseObject({})])),
  truncated: z.boolean(),
  decisions: items,
  final: z.object({ header: z.looseObject({ state: z.string(), waves: items }), agents: items }),
});

const standardInput = "standard input";

function unreadable(file: string, problem: string): Failure {
  const anew = file === standardInput ? "" : ` -o ${file}`;
  return new Failure(
    "usage",
    `${file} cannot be replayed: ${problem}. Export the rollout anew: muster rollouts export <rollout>${anew}`,
  );
}

function readDocument(file: string, content: string): { rolloutId: string; document: RolloutDocument } {
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch {
    throw unreadable(file, "it is not JSON");
  }
  const exported = rolloutExport.safeParse(json);
  if (!exported.success) {
    const [issue] = exported.error.issues;
    throw unreadable(
      file,
      `it is no exported rollout (${issue?.path.join(".") || "the whole"}: ${issue?.message})`,
    );
  }
  const { rolloutId, document } = exported.data;
  const read = outline.safeParse(document);
  if (read.success) return { rolloutId, document: document as RolloutDocument };
  const [issue] = read.error.issues;
  throw unreadable(file, `its document is damaged (${issue?.path.join(".")}: ${issue?.message})`);
}

async function play(file: string, document: RolloutDocument): Promise<Replay> {
  // The engine is loaded for this command alone: every other one starts faster without it.
  const { replay } = await import("../../../domain/rollouts/replay.ts");
  try {
    return replay(document);
  } catch (error) {
    // The rules refuse nothing that a fleet has written: whatever they throw, the file is at fault.
    throw unreadable(
      file,
      `its log does not fit its plan (${error instanceof Error ? error.message : error})`,
    );
  }
}

const time = (ms: number) => withoutFractions(new Date(ms).toISOString());

function showReplay(rolloutId: string, found: Replay, style: Style): string {
  const { color } = style;
  const verdict = found.same
    ? `${color.green("✓")} The same: every state and every decision that could be compared`
    : `${color.red("✗")} ${plural(found.differences.length, "difference")}`;
  const lines = [
    `Replayed ${rolloutId}: ${plural(found.steps, "observation")}, ends as ${paintState(found.header.state, style)}.`,
    ...found.gaps.map(
      (gap) => `  ${color.yellow("gap:")} ${time(gap.fromMs)} – ${time(gap.toMs)}: ${clean(gap.text)}`,
    ),
    `${verdict}.`,
    ...found.differences.map(
      ({ what, expected, got }) =>
        `  ${clean(what)}\n    recorded: ${clean(expected)}\n    replayed: ${clean(got)}`,
    ),
  ];
  return lines.join("\n");
}

const replayed = z.object({
  rolloutId: z.string(),
  same: z
    .boolean()
    .meta({ description: "Every state and decision that could be compared came out the same" }),
  steps: z.number().int(),
  gaps: z.array(z.object({ fromMs: z.number(), toMs: z.number(), text: z.string() })),
  differences: z.array(z.object({ what: z.string(), expected: z.string(), got: z.string() })),
  state: z.string(),
});

export const replayRollout = command({
  name: "replay",
  summary: "Play an exported rollout's log through this version's rules, offline",
  about:
    "Compares the states, the waves' verdicts, every agent's state, and the decisions with their inputs. Exits with 1 when something came out differently and with 2 when the file cannot be read. Gaps are times of which the log knows nothing, because the fleet's memory was lost.",
  args: { file: argument("What `muster rollouts export` wrote; - reads standard input", text) },
  examples: [
    "muster rollouts replay rollout.json",
    "muster rollouts export latest | muster rollouts replay -",
  ],
  answer: replayed,
  async run(cli, { args }) {
    const name = args.file === "-" ? standardInput : args.file;
    const content = await readSource(cli, args.file).catch((error: unknown) => {
      throw error instanceof Failure ? new Failure("usage", error.message) : error;
    });
    const { rolloutId, document } = readDocument(name, content);
    const found = await play(name, document);
    const { same, steps, gaps, differences, header } = found;
    cli.output.result({ rolloutId, same, steps, gaps, differences, state: header.state }, (style) =>
      showReplay(rolloutId, found, style),
    );
    if (!same) {
      throw new Failure(
        "failed",
        `The replay differs in ${plural(differences.length, "place")}. This version's rules are not those that the fleet ran by then, or the file was changed.`,
      );
    }
  },
});
