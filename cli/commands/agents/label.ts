import { z } from "zod";
import { readLabelWord } from "../../../domain/fleets/operator-labels.ts";
import { labelKey } from "../../../protocol/api/shared.ts";
import { Failure } from "../../exit-codes.ts";
import { showReceipt } from "../../receipt.ts";
import { command, flag, repeated, words } from "../../spec.ts";
import { checkTerms } from "../deploy/check-terms.ts";
import { readTerms, termOptions } from "../deploy/terms.ts";
import { showRollout } from "../rollouts/view.ts";
import { requireSuccess, watchRollout } from "../rollouts/watch.ts";
import { manyAnswer, manyOptions, showPlan, whom } from "./many.ts";

const isChange = (word: string) => word.includes("=") || word.endsWith("-");

function readChanges(changes: readonly string[]): Record<string, string | null> {
  return Object.fromEntries(
    changes.map((word) => {
      const label = readLabelWord(word);
      if (label) return label;
      throw new Failure(
        "usage",
        `"${word}" names no label. Write key=value to set one, key- to take it away.`,
      );
    }),
  );
}

export const labelAgents = command({
  name: "label",
  summary: "Set labels of agents, which win over what they report",
  about:
    "key=value sets a label, key- takes it away whatever the agent reports, --reset gives back what it reports. Labels that change what an agent runs are changed by a rollout of the current release to these agents, with the usual options; --immediately does without.",
  args: { words: words("Agents by name or id, then key=value or key-") },
  options: {
    ...manyOptions,
    reset: repeated(
      "--reset <key>",
      "Again as the agent reports and its token gives; repeatable",
      z.array(labelKey).default([]),
    ),
    immediately: flag("--immediately", "Without a rollout, also where something else runs by it"),
    wait: flag("-w, --wait", "Follow the rollout, where there is one, until it has ended"),
    ...termOptions,
  },
  examples: [
    "muster agents label web-1 tier=edge",
    "muster agents label --selector role=web region=eu canary- --dry-run",
    "muster agents label web-1 --reset region",
    "muster agents label --selector rack=7 role=db --batch 10% --wait",
  ],
  answer: manyAnswer,
  async run(cli, { args, options }) {
    const changes = args.words.filter(isChange);
    const names = args.words.filter((word) => !isChange(word));
    if (changes.length + options.reset.length === 0) {
      throw new Failure("usage", "Say what to change: key=value, key-, or --reset key.");
    }
    const { planToken, ...rollout } = readTerms(options, cli.io.now());
    checkTerms(rollout, [], cli.io.now());
    const chosen = await whom(cli, names, options);
    const fleet = await cli.scope.fleet();
    const client = await cli.client();
    const done = await client.call("POST /v1/fleets/{fleet}/agents/actions", {
      path: { fleet: fleet.id },
      query: options.dryRun ? { dryRun: true } : undefined,
      body: {
        action: "label",
        ...chosen,
        labels: readChanges(changes),
        resetLabels: options.reset,
        immediately: options.immediately,
        rollout,
        planToken,
      },
    });
    if (!("receipt" in done)) {
      cli.output.result(done, (style) => showPlan(done, style));
      return;
    }
    if (!options.wait || done.rolloutId === null) {
      cli.output.result(done, (style) => showReceipt(done.receipt, style));
      return;
    }
    if (!cli.output.json) cli.output.note(showReceipt(done.receipt, cli.output.style));
    const ended = await watchRollout(cli, done.rolloutId);
    cli.output.result(done, (style) => showRollout(ended, style));
    await requireSuccess(cli, ended);
  },
});
