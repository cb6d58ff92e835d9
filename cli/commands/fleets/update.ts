import { z } from "zod";
import { offlineAfterBounds } from "../../../domain/fleets/offline.ts";
import { fleet } from "../../../protocol/api/fleets.ts";
import { Failure } from "../../exit-codes.ts";
import { clean } from "../../output.ts";
import { createScope } from "../../scope.ts";
import { argument, command, durationSeconds, option, text } from "../../spec.ts";
import { duration } from "../../time.ts";

const { least, most } = offlineAfterBounds;
const outOfBounds = "must be off, or a duration from 1m to 7d";
const offlineAfter = z.union(
  [
    z.literal("off").transform(() => null),
    durationSeconds.pipe(z.number().min(least, { error: outOfBounds }).max(most, { error: outOfBounds })),
  ],
  { error: outOfBounds },
);

export const updateFleet = command({
  name: "update",
  summary: "Rename a fleet, or say when it tells of agents that are away",
  about:
    "With --offline-after, an agent that has been away for so long is told of once, as the event agent.offline, and its return as agent.back: see muster events. off tells of neither, as a new fleet does.",
  args: { fleet: argument("Id, slug or name", text, "fleet") },
  options: {
    name: option("--name <name>", "Its new name", text.optional()),
    offlineAfter: option(
      "--offline-after <duration>",
      "Tell of an agent that has been away for so long, such as 10m; or off",
      offlineAfter.optional(),
    ),
  },
  examples: [
    'muster fleets update web --name "Web servers EU"',
    "muster fleets update web --offline-after 10m",
    "muster fleets update web --offline-after off",
  ],
  answer: fleet,
  async run(cli, { args, options }) {
    const { name, offlineAfter: offlineAfterSeconds } = options;
    if (name === undefined && offlineAfterSeconds === undefined) {
      throw new Failure("usage", "Say what to change: --name or --offline-after.");
    }
    const given = { ...cli.globals, fleet: args.fleet };
    const before = await createScope(cli.client, given, cli.io.env, () => cli.contexts.read()).fleet();
    const changed = await (await cli.client()).call("PATCH /v1/fleets/{fleet}", {
      path: { fleet: before.id },
      body: { name, offlineAfterSeconds },
    });
    const told = [
      ...(name === undefined ? [] : [`is called ${clean(changed.name)} now`]),
      ...(offlineAfterSeconds === undefined ? [] : [awayText(changed.offlineAfterSeconds)]),
    ];
    const undo = [
      ...(name === undefined ? [] : [`--name ${JSON.stringify(before.name)}`]),
      ...(offlineAfterSeconds === undefined
        ? []
        : [
            `--offline-after ${before.offlineAfterSeconds === null ? "off" : `${before.offlineAfterSeconds}s`}`,
          ]),
    ];
    cli.output.result(
      changed,
      ({ color }) =>
        `${color.green("✓")} Fleet ${clean(before.name)} ${told.join(" and ")}.\n  ${color.dim("undo:")} muster fleets update ${changed.slug} ${undo.join(" ")}`,
    );
  },
});

const awayText = (seconds: number | null) =>
  seconds === null
    ? "tells of nobody that is away"
    : `tells of agents that have been away for ${duration(seconds)}`;
