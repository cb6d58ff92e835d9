import { z } from "zod";
import type { updateEnvironmentBody } from "../../../protocol/api/projects.ts";
import { environmentChange } from "../../../protocol/api/projects.ts";
import type { Cli } from "../../cli.ts";
import { Failure } from "../../exit-codes.ts";
import { showReceipt } from "../../receipt.ts";
import { argument, command, flag, option, repeated, text } from "../../spec.ts";
import { windowText } from "../deploy/window-text.ts";
import { findEnvironment } from "./find.ts";
import { showEnvironment } from "./get.ts";

type Found = Awaited<ReturnType<typeof findEnvironment>>;

/** Saves a change that was made against what was read; refused (exit 5) when somebody was faster. */
export async function saveEnvironment(
  cli: Cli,
  read: Found,
  change: z.input<typeof updateEnvironmentBody>,
): Promise<void> {
  const client = await cli.client();
  const etag = `"${read.revision}"`;
  const saved = await client.call("PATCH /v1/environments/{environment}", {
    path: { environment: read.id },
    body: change,
    ifMatch: etag,
  });
  cli.output.result(
    saved,
    (style) => `${showReceipt(saved.receipt, style)}\n${showEnvironment(saved, style)}`,
  );
}

export const updateEnvironment = command({
  name: "update",
  summary: "Change an environment: name, protection, maintenance windows",
  about:
    "Windows and freezes apply at once, also to rollouts that run or wait; protection applies to rollouts that are ordered from now on. Refused (exit 5) when somebody changed it meanwhile.",
  args: { environment: argument("Id, slug or name", text, "environment") },
  options: {
    name: option("--name <name>", "A new name", text.optional()),
    protected: flag("--protected", "Each rollout needs another person's approval"),
    unprotected: flag("--unprotected", "Rollouts need no approval, unless they ask for it"),
    window: repeated(
      "--window <window>",
      "Waves start only then, instead of what was set before: 'mon-fri 22:00-04:00 Europe/Berlin'; repeatable",
      z.array(windowText).default([]),
    ),
    noWindows: flag("--any-time", "No maintenance windows: waves start at any time"),
  },
  examples: [
    "muster environments update production --protected",
    "muster environments update production --window 'mon-fri 22:00-04:00 Europe/Berlin' --window 'sat,sun 00:00-00:00 Europe/Berlin'",
    "muster environments update production --any-time",
  ],
  answer: environmentChange,
  async run(cli, { args, options }) {
    const { name, window: windows } = options;
    if (options.protected && options.unprotected) {
      throw new Failure("usage", "--protected and --unprotected contradict each other. Give one of them.");
    }
    if (windows.length > 0 && options.noWindows) {
      throw new Failure("usage", "--window and --any-time contradict each other. Give one of them.");
    }
    const change = {
      ...(name === undefined ? {} : { name }),
      ...(options.protected || options.unprotected ? { protected: options.protected } : {}),
      ...(windows.length > 0 || options.noWindows ? { windows } : {}),
    };
    if (Object.keys(change).length === 0) {
      throw new Failure(
        "usage",
        "Nothing to change. Say what: --name, --protected, --unprotected, --window or --any-time.",
      );
    }
    await saveEnvironment(cli, await findEnvironment(cli, args.environment), change);
  },
});
