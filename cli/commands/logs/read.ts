import { z } from "zod";
import { maxTailLines } from "../../../domain/logs/logs.ts";
import type { TailLogsBody } from "../../../protocol/api/logs.ts";
import type { LineRecord, SourceInfo } from "../../../protocol/custom/logs.ts";
import type { Cli } from "../../cli.ts";
import { Failure } from "../../exit-codes.ts";
import { collect } from "../../listing.ts";
import { type Prefixes, type ShownLine, showLine, shownLine } from "../../logs/shown-line.ts";
import { type AgentTail, tailAgent } from "../../logs/tail-agent.ts";
import { clean } from "../../output.ts";
import { argument, command, flag, option, repeated, text, whole } from "../../spec.ts";
import { table } from "../../table.ts";
import { findAgent } from "../agents/find.ts";
import { readKept } from "./kept.ts";
import { moment } from "./moment.ts";

interface Named {
  id: string;
  name: string;
}

/** So many agents are read at once. */
const mostAgents = 50;

async function chosen(cli: Cli, agent: string | undefined, selector: string | undefined): Promise<Named[]> {
  if ((agent === undefined) === (selector === undefined)) {
    throw new Failure("usage", "Name an agent, or several by their labels: muster logs --selector role=web");
  }
  if (agent !== undefined) return [{ id: await findAgent(cli, agent), name: agent }];
  const fleet = await cli.scope.fleet();
  const { items } = await collect(await cli.client(), "GET /v1/fleets/{fleet}/agents", {
    path: { fleet: fleet.id },
    query: { label: selector, limit: mostAgents + 1 },
  });
  if (items.length === 0) throw new Failure("notFound", `No agent of fleet ${fleet.slug} has ${selector}.`);
  if (items.length > mostAgents) {
    throw new Failure("usage", `More than ${mostAgents} agents have ${selector}. Narrow it down.`);
  }
  const online = items.filter(({ status }) => status === "online");
  for (const { name } of items.filter(({ status }) => status !== "online")) {
    cli.output.note(`${clean(name)} is not online; its logs are left out.`);
  }
  if (online.length === 0)
    throw new Failure("conflict", `None of the agents that have ${selector} is online.`);
  return online.map(({ id, name }) => ({ id, name }));
}

const shown = (agent: string, { t, s, o, l, c }: LineRecord): ShownLine => ({
  agent,
  at: t === null ? null : new Date(t).toISOString(),
  source: s,
  stream: o,
  text: l,
  dropped: 0,
  cursor: c,
});

/** Prints lines as they come, no faster than they are taken. */
class Printer {
  private readonly cli: Cli;
  private readonly prefixes: Prefixes;

  constructor(cli: Cli, prefixes: Prefixes) {
    this.cli = cli;
    this.prefixes = prefixes;
  }

  async print(line: ShownLine): Promise<void> {
    this.cli.output.item(line, (style) => showLine(line, this.prefixes, style));
    await new Promise<void>((resolve) => void this.cli.io.stdout.write("", () => resolve()));
  }

  note(agent: string, words: string): void {
    this.cli.output.note(this.prefixes.agents ? `${clean(agent)}: ${words}` : words);
  }

  /** Of a tail, what is not its lines. */
  asides({ name }: Named): Pick<AgentTail, "onDropped" | "onLost"> {
    return {
      onDropped: (dropped) => {
        const gap = { agent: name, at: null, source: null, stream: null, text: "", dropped, cursor: null };
        void this.print(gap);
      },
      onLost: (reason, seconds) => this.note(name, `${clean(reason)}; again in ${seconds}s.`),
    };
  }
}

async function follow(
  cli: Cli,
  agents: Named[],
  body: Partial<TailLogsBody>,
  printer: Printer,
): Promise<void> {
  const last = new Map<string, Record<string, string>>();
  // What is there already is put in order of time; what comes then comes in its own order.
  const isMerged = agents.length > 1;
  if (isMerged) {
    for (const { agent, record } of await gather(cli, agents, body, printer)) {
      last.set(agent.id, { ...last.get(agent.id), [record.s]: record.c });
      await printer.print(shown(agent.name, record));
    }
  }
  const more = isMerged ? { lines: 0 } : {};
  await all(cli, agents, printer, (agent) => ({
    agent: agent.id,
    body: { ...body, ...more, cursors: last.get(agent.id) ?? {}, follow: true },
    ...printer.asides(agent),
    onRecord: async (record) => {
      if ("note" in record) printer.note(agent.name, `${clean(record.s)}: ${clean(record.note)}`);
      if ("l" in record) await printer.print(shown(agent.name, record));
    },
  }));
  throw new Failure("interrupted", "Stopped following.");
}

async function gather(cli: Cli, agents: Named[], body: Partial<TailLogsBody>, printer: Printer) {
  const found: { agent: Named; record: LineRecord }[] = [];
  await all(cli, agents, printer, (agent) => ({
    agent: agent.id,
    body: { ...body, follow: false },
    ...printer.asides(agent),
    onRecord: async (record) => {
      if ("note" in record) printer.note(agent.name, `${clean(record.s)}: ${clean(record.note)}`);
      if ("l" in record) found.push({ agent, record });
    },
  }));
  // Lines without a time stay behind the line that they came after.
  const times = new Map<string, number>();
  const dated = found.map((one) => {
    const key = `${one.agent.id} ${one.record.s}`;
    const at = one.record.t ?? times.get(key) ?? 0;
    times.set(key, at);
    return { ...one, at };
  });
  return dated.sort((a, b) => a.at - b.at);
}

/** One agent that cannot be read ends only its own tail, where there are others. */
async function all(
  cli: Cli,
  agents: Named[],
  printer: Printer,
  of: (agent: Named) => AgentTail,
): Promise<void> {
  const failures: Failure[] = [];
  await Promise.all(
    agents.map(async (agent) => {
      try {
        await tailAgent(cli, of(agent));
      } catch (error) {
        if (!(error instanceof Failure) || agents.length === 1) throw error;
        failures.push(error);
        printer.note(agent.name, error.message);
      }
    }),
  );
  if (failures.length === agents.length && failures[0]) throw failures[0];
}

async function showSources(cli: Cli, [agent]: Named[]): Promise<void> {
  const found: SourceInfo[] = [];
  await tailAgent(cli, {
    agent: agent?.id ?? "",
    body: { lines: 0, follow: false },
    onRecord: async (record) => void ("sources" in record && found.push(...record.sources)),
    onDropped: () => {},
    onLost: () => {},
  }).catch((error: unknown) => {
    // An agent that runs nothing says what it has before it says that nothing was named.
    if (found.length === 0) throw error;
  });
  cli.output.result(found, (style) =>
    table(
      found,
      [
        { title: "SOURCE", whole: true, value: ({ name }) => name },
        { title: "WHAT", value: ({ title }) => title },
      ],
      style,
    ),
  );
}

export const readLogs = command({
  name: "read",
  summary: "Show what programs on an agent write; -f goes on as it is written",
  about:
    "Read from the host itself, and stored nowhere; --kept searches what the fleet keeps instead, also of an agent that is offline. Sources: program (what the agent keeps running), container/<name>, file/<absolute path>, journal/<unit>; which of them may be read is up to the agent's own settings. Lines that say no time of their own have that of the line before. With --selector lines of several agents come together in order of time. A connection that breaks is taken up again behind the last line.",
  args: { agent: argument("Id or name", text.optional(), "agent") },
  options: {
    follow: flag("-f, --follow", "Go on until Ctrl-C"),
    selector: option("-s, --selector <selector>", "Agents of the fleet with these labels", text.optional()),
    source: repeated(
      "--source <source>",
      "What to read; repeatable (default: what the agent runs)",
      z.array(text).default([]),
    ),
    since: option(
      "--since <time>",
      "Lines from then on: 10m, 2h, or 2026-11-21T09:00:00Z",
      moment.optional(),
    ),
    until: option("--until <time>", "Lines before then", moment.optional()),
    grep: option("-g, --grep <text>", "Lines that contain this text", text.optional()),
    ignoreCase: flag("-i, --ignore-case", "Of --grep: whatever the case"),
    tail: option(
      "-n, --tail <n>",
      "The last so many lines of each source (default 100, all with --since)",
      whole(0, maxTailLines).optional(),
    ),
    timestamps: flag("-t, --timestamps", "Put the time before each line"),
    kept: flag("--kept", "Search what the fleet keeps"),
    sources: flag("--sources", "List what may be read"),
  },
  examples: [
    "muster logs web-1 -f",
    "muster logs web-1 --since 10m --grep timeout",
    "muster logs web-1 --source journal/nginx.service -n 50",
    "muster logs --selector role=web -f",
    "muster logs web-1 --kept --since 2d --grep error --json",
    "muster logs web-1 --sources",
  ],
  answer: shownLine,
  lines: true,
  async run(cli, { args, options }) {
    const { follow: follows, selector, source, since, until, grep, ignoreCase, tail, timestamps } = options;
    const nowMs = cli.io.now();
    const range = { ...(since && { since: since(nowMs) }), ...(until && { until: until(nowMs) }) };
    if (follows && until) throw new Failure("usage", "--follow has no end: leave --until out");
    if (options.kept) {
      if (args.agent === undefined) throw new Failure("usage", "Name the agent: muster logs web-1 --kept");
      if (follows) throw new Failure("usage", "What is kept does not go on: leave --kept out to follow");
      await readKept(cli, args.agent, { ...range, grep, sources: source, tail, timestamps });
      return;
    }
    const agents = await chosen(cli, args.agent, selector);
    if (options.sources) return showSources(cli, agents);
    const body = {
      ...range,
      sources: source,
      ...(grep !== undefined && { text: grep }),
      ignoreCase,
      ...(tail !== undefined && { lines: tail }),
    };
    const severalSources = source.length > 1;
    const printer = new Printer(cli, {
      agents: agents.length > 1,
      sources: severalSources,
      times: timestamps,
    });
    if (follows) return follow(cli, agents, body, printer);
    const found = await gather(cli, agents, body, printer);
    for (const { agent, record } of found) await printer.print(shown(agent.name, record));
    if (found.length === 0 && !cli.signal.aborted && !cli.output.json) {
      cli.output.note("No lines: nothing was written there, or nothing of it is what was asked for.");
    }
    if (cli.signal.aborted) throw new Failure("interrupted", "Stopped reading.");
  },
});
