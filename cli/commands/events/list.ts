import { type EventType, eventTypes } from "../../../domain/fleets/events.ts";
import { isId } from "../../../domain/ids.ts";
import type { FleetEvent } from "../../../protocol/api/events.ts";
import { fleetEvent } from "../../../protocol/api/events.ts";
import type { Cli } from "../../cli.ts";
import { Failure } from "../../exit-codes.ts";
import { follow } from "../../live-feed.ts";
import { clean, type Style } from "../../output.ts";
import { command, flag, oneOf, option, text, whole } from "../../spec.ts";
import { clockTime } from "../../time.ts";
import { findAgent } from "../agents/find.ts";

const names = Object.keys(eventTypes) as [EventType, ...EventType[]];
const typeWidth = Math.max(...names.map((name) => name.length));

export function showEvent(event: FleetEvent, { color }: Style): string {
  const failed = /failed|revoked|incomplete|duplicate/.test(event.type);
  const type = event.type.padEnd(typeWidth);
  return `${color.dim(clockTime(event.at))}  ${failed ? color.red(type) : color.cyan(type)}  ${clean(event.summary)}`;
}

const forgotten =
  "Some events in between are no longer held by the fleet. What is kept for longer: muster events history";

interface Filter {
  type: EventType | undefined;
  agent: string | undefined;
  rollout: string | undefined;
}

const fits = (event: FleetEvent, filter: Filter) =>
  (filter.type === undefined || event.type === filter.type) &&
  (filter.agent === undefined || event.agentId === filter.agent) &&
  (filter.rollout === undefined || event.rolloutId === filter.rollout);

async function followEvents(cli: Cli, fleetId: string, after: string | null, filter: Filter): Promise<void> {
  const feed = follow(await cli.client(), {
    fleetId,
    after,
    signal: cli.signal,
    onLost: (reason, seconds) => cli.output.note(`Lost the live feed: ${reason}. Again in ${seconds}s.`),
  });
  let resuming = after !== null;
  for await (const message of feed) {
    if (message.type === "hello") {
      if (resuming && message.truncated) {
        cli.output.note(forgotten);
      }
      resuming = true;
    }
    if (message.type === "event" && fits(message.event, filter)) {
      cli.output.item(message.event, (style) => showEvent(message.event, style));
    }
  }
  throw new Failure("interrupted", "Stopped following.");
}

export const listEvents = command({
  name: "list",
  summary: "Show what happened in the fleet; -f goes on as it happens (the default)",
  about:
    "With --json it prints one event a line, oldest first. The live feed survives a lost connection: it goes on after the last event printed.",
  options: {
    follow: flag("-f, --follow", "Go on until Ctrl-C"),
    limit: option("-n, --limit <n>", "How many past events (default 20)", whole(0, 200).default(20)),
    after: option("--after <event>", "Only events later than this one, oldest first", text.optional()),
    type: option("--type <type>", "Only this type, such as agent.config_failed", oneOf(names).optional()),
    agent: option("--agent <agent>", "Only this agent's, by id or name", text.optional(), "agent"),
    rollout: option("--rollout <rollout>", "Only this rollout's, by id", text.optional(), "rollout"),
  },
  examples: [
    "muster events",
    "muster events -f",
    "muster events -f --json | jq -r .summary",
    "muster events --type agent.config_failed -n 50",
  ],
  answer: fleetEvent,
  lines: true,
  async run(cli, { options }) {
    if (options.after !== undefined && !isId("event", options.after)) {
      throw new Failure("usage", `"${options.after}" is not an event's id (evt_…).`);
    }
    const fleet = await cli.scope.fleet();
    const client = await cli.client();
    const { after, limit } = options;
    const filter: Filter = {
      type: options.type,
      agent: options.agent === undefined ? undefined : await findAgent(cli, options.agent),
      rollout: options.rollout,
    };
    // Read before the list, so that with a filter the feed goes on from now and not from the last that fitted.
    const newest =
      (await client.call("GET /v1/fleets/{fleet}/events", { path: { fleet: fleet.id }, query: { limit: 1 } }))
        .items[0]?.id ?? null;
    const found =
      limit === 0
        ? null
        : await client.call("GET /v1/fleets/{fleet}/events", {
            path: { fleet: fleet.id },
            query: { ...filter, after, limit },
          });
    const items = found?.items ?? [];
    const past = after === undefined ? items.toReversed() : items;
    if (found?.truncated) cli.output.note(forgotten);
    for (const event of past) cli.output.item(event, (style) => showEvent(event, style));
    const lastShown = past.at(-1)?.id ?? after ?? null;
    if (options.follow) {
      const from = after === undefined && (newest ?? "") > (lastShown ?? "") ? newest : lastShown;
      await followEvents(cli, fleet.id, from, filter);
    } else if (past.length === 0) {
      cli.output.note(`Nothing has happened in ${fleet.slug} yet, or nothing fits.`);
    } else if (after !== undefined && found?.nextCursor) {
      cli.output.note(`There is more: --after ${past.at(-1)?.id}`);
    }
  },
});
