import { isTerminal, type RolloutState } from "../../../domain/rollouts/states.ts";
import type { Rollout, RolloutDetail } from "../../../protocol/api/rollouts.ts";
import { rolloutDetail } from "../../../protocol/api/rollouts.ts";
import type { Cli } from "../../cli.ts";
import type { Client } from "../../client.ts";
import { Failure } from "../../exit-codes.ts";
import { collect } from "../../listing.ts";
import { follow } from "../../live-feed.ts";
import { clean } from "../../output.ts";
import { argument, command, text } from "../../spec.ts";
import { showWaits } from "./explain.ts";
import { findRolloutId, rolloutArgument } from "./find.ts";
import { showProgress, showRollout } from "./view.ts";

/** Should the feed say nothing for so long, the rollout is asked for all the same. */
const askAgainMs = 15_000;

/** The feed tells no waves: they are read again when this has changed. */
const movesOf = ({ state, reason }: Rollout) => `${state} ${reason}`;

function leftRunning(id: string): Failure {
  return new Failure(
    "interrupted",
    `Stopped watching; the rollout goes on. Watch: muster rollouts watch ${id}. Stop it: muster rollouts abort ${id}`,
  );
}

const holds: ReadonlySet<RolloutState> = new Set(["awaiting_approval", "scheduled", "paused"]);

async function explainHold(cli: Cli, client: Client, found: Rollout): Promise<string> {
  try {
    const explained = await client.call("GET /v1/rollouts/{rollout}/explain", {
      path: { rollout: found.id },
    });
    return [clean(explained.summary), ...showWaits(explained.waits, cli.output.style)].join("\n");
  } catch (error) {
    // Not worth the watching: the reason itself is in the status line.
    if (!(error instanceof Failure) || cli.signal.aborted) throw error;
    return `It is ${found.state}; why in full could not be read: ${error.message}`;
  }
}

/** One status line; and for each new hold, what is awaited and what a person can do. */
function progressShower(cli: Cli, client: Client) {
  let held = "";
  return async (found: Rollout, waves: RolloutDetail["waves"]) => {
    const hold = holds.has(found.state) ? `${found.state} ${found.reason}` : "";
    if (hold !== "" && hold !== held && !cli.output.json)
      cli.output.note(await explainHold(cli, client, found));
    held = hold;
    cli.output.progress(showProgress(found, waves));
  };
}

/** Shows progress until the rollout has ended; answers how it ended. */
export async function watchRollout(cli: Cli, id: string): Promise<RolloutDetail> {
  const client = await cli.client();
  const read = () => client.call("GET /v1/rollouts/{rollout}", { path: { rollout: id } });
  const interrupted = (error: unknown) => (cli.signal.aborted ? leftRunning(id) : error);
  const show = progressShower(cli, client);
  const first = await read();
  await show(first, first.waves);
  if (isTerminal(first.state)) return first;
  let waves = first.waves;
  let moved = movesOf(first);

  const stop = new AbortController();
  const feed = follow(client, {
    fleetId: first.fleetId,
    after: null,
    signal: AbortSignal.any([cli.signal, stop.signal]),
    onLost: (reason) => cli.output.progress(`Lost the live feed (${reason}); connecting again`),
  });
  let due: NodeJS.Timeout | undefined;
  const silence = () =>
    new Promise<"silence">((resolve) => {
      clearTimeout(due);
      due = setTimeout(resolve, askAgainMs, "silence");
    });
  let next = feed.next();
  try {
    for (;;) {
      const step = await Promise.race([next, silence()]);
      if (step === "silence") {
        const now = await read();
        waves = now.waves;
        await show(now, waves);
        if (isTerminal(now.state)) return now;
        continue;
      }
      if (step.done) throw leftRunning(id);
      next = feed.next();
      const message = step.value;
      // A feed that begins here or has been away may have missed the end.
      const fresh =
        message.type === "hello" ? await read() : message.type === "rollout" ? message.rollout : null;
      if (fresh === null || fresh.id !== id) continue;
      if (isTerminal(fresh.state)) {
        const ended = await read();
        await show(ended, ended.waves);
        return ended;
      }
      if (movesOf(fresh) !== moved) {
        moved = movesOf(fresh);
        waves = (await read()).waves;
      }
      await show(fresh, waves);
    }
  } catch (error) {
    throw interrupted(error);
  } finally {
    clearTimeout(due);
    stop.abort();
    await next.catch(() => undefined);
    await feed.return(undefined);
    cli.output.endProgress();
  }
}

const namedAgents = 5;

/** Throws (exit 1) unless it succeeded; names the first agents that failed and what they said. */
export async function requireSuccess(cli: Cli, found: RolloutDetail): Promise<void> {
  if (found.state === "succeeded") return;
  const client = await cli.client();
  const { items } = await collect(client, "GET /v1/rollouts/{rollout}/agents", {
    path: { rollout: found.id },
    query: {
      limit: 1000,
    },
  });
  const errors = items
    .flatMap(({ name, error }) => (error === null ? [] : [{ path: name, message: error }]))
    .slice(0, namedAgents);
  const why = found.reason === null ? "" : `: ${found.reason}`;
  throw new Failure(
    "rolloutUnsuccessful",
    `The rollout ended as ${found.state}${why}. See: muster rollouts agents ${found.id}`,
    { errors },
  );
}

export const watch = command({
  name: "watch",
  summary: "Follow a rollout until it has ended",
  about: "Exits with 0 when it succeeded and with 1 when it did not.",
  args: {
    rollout: argument(
      `${rolloutArgument}; the active or else the last one when left out`,
      text.optional(),
      "rollout",
    ),
  },
  examples: ["muster rollouts watch", "muster rollouts watch rol_01JD0000000000000000000000 --json"],
  answer: rolloutDetail,
  async run(cli, { args }) {
    const id = await findRolloutId(cli, args.rollout, true);
    const ended = await watchRollout(cli, id);
    cli.output.result(ended, (style) => showRollout(ended, style));
    await requireSuccess(cli, ended);
  },
});
