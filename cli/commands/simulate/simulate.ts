import { randomBytes } from "node:crypto";
import { z } from "zod";
import { plural } from "../../../domain/plural.ts";
import type { EnrollmentToken, Fleet } from "../../../protocol/api/fleets.ts";
import { id } from "../../../protocol/api/shared.ts";
import type { Cli } from "../../cli.ts";
import { type Client, createClient } from "../../client.ts";
import { Failure } from "../../exit-codes.ts";
import { clean } from "../../output.ts";
import { tokenSource } from "../../session.ts";
import { deleteAgents } from "../../simulate/clean-up.ts";
import { mostAgents, mostDialsPerSecond, Simulation } from "../../simulate/fleet.ts";
import { isLive, markLabel, requireMarked, simulatedLabel, tokensOf } from "../../simulate/marks.ts";
import { profileNames, profiles } from "../../simulate/profiles.ts";
import type { Tally } from "../../simulate/tally.ts";
import { command, durationSeconds, flag, oneOf, option, text, whole } from "../../spec.ts";
import { facts } from "../../table.ts";

const longestSeconds = 86_400;
/** A run's token outlives the run by so much, in case the machine sleeps. */
const spareSeconds = 3_600;
/** Without a terminal each is a line of its own. */
const linesEverySeconds = 10;

const counted = z.number().int();
const summary = z.object({
  fleetId: id("fleet"),
  run: z
    .string()
    .meta({ description: `The agents' label ${simulatedLabel}` })
    .nullable(),
  profile: z.enum(profileNames).nullable(),
  seed: z.string().nullable(),
  agents: counted.meta({ description: "As many were asked for" }),
  seconds: counted.meta({ description: "How long it ran, without the cleaning up" }),
  interrupted: z.boolean(),
  deleted: counted.meta({ description: "Agents that were deleted from the fleet" }),
  kept: counted.meta({ description: "Agents that stay in the fleet" }),
  counts: z
    .object({
      enrolled: counted,
      online: counted.meta({ description: "When it ended" }),
      unhealthy: counted.meta({ description: "When it ended" }),
      gone: counted.meta({ description: "Revoked, decommissioned or deleted by somebody meanwhile" }),
      dials: counted,
      failedDials: counted,
      drops: counted.meta({ description: "Connections that agents let break, as the profile has it" }),
      lost: counted.meta({ description: "Connections that broke otherwise" }),
      offers: counted,
      applied: counted,
      failed: counted,
      unanswered: counted,
      crashes: counted,
      restarts: counted,
      sent: counted,
      received: counted,
    })
    .nullable()
    .meta({ description: "null when nothing was simulated" }),
});
type Summary = z.infer<typeof summary>;

const clock = (seconds: number) =>
  [Math.floor(seconds / 60), seconds % 60].map((part) => String(part).padStart(2, "0")).join(":");

export function statusLine(tally: Tally, agents: number, seconds: number): string {
  const { applied, drops, failed, failedDials, gone, lost, offers, online, unanswered, unhealthy } = tally;
  const parts: [string, number][] = [
    ["unhealthy", unhealthy],
    ["offers", offers],
    ["applied", applied],
    ["failed", failed],
    ["unanswered", unanswered],
    ["drops", drops],
    ["lost", lost],
    ["failed dials", failedDials],
    ["gone", gone],
  ];
  const told = parts.filter(([, count]) => count > 0).map(([name, count]) => `${name} ${count}`);
  return [`${clock(seconds)} online ${online} of ${agents}`, ...told].join(" · ");
}

/** One that Ctrl-C does not stop: what was begun must be taken back. */
async function lastingClient(cli: Cli): Promise<Client> {
  const { url } = await cli.client();
  return createClient(url, tokenSource(cli.io, cli.contexts, url), {
    signal: new AbortController().signal,
    onRetry: (reason, seconds) => cli.output.progress(`${reason} Trying again in ${seconds}s.`),
  });
}

const showDeleting = (cli: Cli) => (done: number, total: number) => {
  const isShown = cli.io.stderr.isTTY ? done % 10 === 0 : done % 250 === 0;
  if (isShown || done === total) cli.output.progress(`Deleted ${done} of ${total} simulated agents`);
};

function show(cli: Cli, found: Summary): void {
  cli.output.result(found, (style) => {
    const { counts } = found;
    if (!counts) return `Deleted ${plural(found.deleted, "simulated agent")}.`;
    return facts(
      [
        ["run", `${found.run} (profile ${found.profile}, seed ${clean(found.seed ?? "")})`],
        ["time", clock(found.seconds)],
        ["agents", `${counts.enrolled} of ${found.agents} enrolled, ${counts.online} online at the end`],
        [
          "offers",
          `${counts.offers} (${counts.applied} applied, ${counts.failed} failed, ${counts.unanswered} unanswered)`,
        ],
        [
          "connections",
          `${counts.dials} dialled, ${counts.failedDials} failed, ${counts.drops} dropped, ${counts.lost} lost`,
        ],
        ["programs", `${counts.crashes} crashed, ${counts.restarts} restarted`],
        ["messages", `${counts.sent} sent, ${counts.received} received`],
        [
          "left behind",
          found.kept === 0
            ? "nothing"
            : `${plural(found.kept, "agent")}; delete them: muster simulate --clean`,
        ],
      ],
      style,
    );
  });
}

export const simulate = command({
  name: "simulate",
  summary: "Let many agents that run nothing join a fleet, to see how rollouts go there",
  about: [
    `Real OpAMP connections from this one process. They take configs, report health, fail, fall silent, lose their connection and come back as the profile says. ${profileNames.map((name) => `${name}: ${profiles[name].about}`).join("; ")}.`,
    `Only in a fleet that is marked for it, by a usable enrolment token with the label ${markLabel.key}=${markLabel.value}, and that holds no other agents. They are agents of the organization: they count for its quotas and its usage. Ctrl-C ends it; either way they are deleted from the fleet, unless --keep says otherwise. A second Ctrl-C leaves them there.`,
  ].join("\n\n"),
  options: {
    agents: option(
      "--agents <n>",
      `How many, at most ${mostAgents} (default 100)`,
      whole(1, mostAgents).default(100),
    ),
    profile: option(
      "--profile <profile>",
      `${profileNames.join(", ")} (default steady)`,
      oneOf(profileNames).default("steady"),
    ),
    duration: option(
      "--duration <duration>",
      "How long, at most 24h (default 10m)",
      durationSeconds
        .default(600)
        .pipe(
          z
            .number()
            .min(1, { error: "must be 1s or more" })
            .max(longestSeconds, { error: "must be 24h or less" }),
        ),
    ),
    seed: option(
      "--seed <seed>",
      "The same seed lets every agent behave the same again (default: another each time)",
      text.max(100, { error: "must have 100 characters or fewer" }).optional(),
    ),
    rate: option(
      "--rate <n>",
      `Dials in a second, at most ${mostDialsPerSecond} (default 100)`,
      whole(1, mostDialsPerSecond).default(100),
    ),
    keep: flag("--keep", "Leave the agents in the fleet, offline"),
    clean: flag("--clean", "Simulate nothing; delete what earlier runs left"),
  },
  examples: [
    "muster tokens create --fleet simulation --name simulation --label muster.io/simulation=allowed --expires 30d",
    "muster simulate --fleet simulation --agents 2000 --profile flaky",
    "muster simulate --fleet simulation --agents 50 --profile crashy --seed 7 --duration 5m --json",
    "muster simulate --fleet simulation --clean",
  ],
  answer: summary,
  async run(cli, { options }) {
    const fleet = await cli.scope.fleet();
    const client = await cli.client();
    if (options.clean) {
      show(cli, await cleanAll(cli, client, fleet.id));
      return;
    }
    await requireMarked(client, fleet, cli.io.now());
    const lasting = await lastingClient(cli);
    const { agents, profile } = options;
    const run = randomBytes(4).toString("hex");
    const seed = options.seed ?? run;
    const token = await client.call("POST /v1/fleets/{fleet}/enrollment-tokens", {
      path: { fleet: fleet.id },
      body: {
        name: `simulation ${run}`,
        labels: { [simulatedLabel]: run },
        maxUses: agents,
        expiresInSeconds: options.duration + spareSeconds,
      },
    });
    const simulation = new Simulation({
      endpoint: token.endpoint,
      token: token.secret,
      run,
      agents,
      profile,
      seed,
      dialsPerSecond: options.rate,
    });
    const { tally } = simulation;
    if (!cli.output.json) {
      cli.output.note(
        `Run ${run} in fleet ${fleet.slug}: ${plural(agents, "agent")}, profile ${profile}, seed ${clean(seed)}. Ctrl-C ends it.`,
      );
    }
    const beganMs = Date.now();
    const elapsed = () => Math.round((Date.now() - beganMs) / 1000);
    const every = cli.io.stderr.isTTY ? 1 : linesEverySeconds;
    let ticks = 0;
    await simulation.run(options.duration * 1000, cli.signal, () => {
      if (ticks++ % every === 0) cli.output.progress(statusLine(tally, agents, elapsed()));
    });
    const ended = { seconds: elapsed(), counts: { ...tally } };
    cli.output.progress("Ending: the agents say goodbye");
    await simulation.end();
    const deleted = await leave(cli, lasting, token, options.keep ? null : `${simulatedLabel}=${run}`);
    show(cli, {
      fleetId: fleet.id,
      run,
      profile,
      seed,
      agents,
      interrupted: cli.signal.aborted,
      deleted,
      kept: options.keep ? tally.enrolled : 0,
      ...ended,
    });
    if (simulation.refusal !== null) {
      throw new Failure("failed", `The fleet took no more agents in: ${clean(simulation.refusal)}`);
    }
    if (cli.signal.aborted) cli.leave("interrupted");
  },
});

/** Ends the run's token and deletes the agents that `selector` finds. */
async function leave(
  cli: Cli,
  client: Client,
  token: Pick<EnrollmentToken, "id" | "fleetId">,
  selector: string | null,
): Promise<number> {
  try {
    await client.call("POST /v1/enrollment-tokens/{token}/revoke", { path: { token: token.id } });
    return selector === null ? 0 : await deleteAgents(client, token.fleetId, selector, showDeleting(cli));
  } catch (error) {
    cli.output.note("Not everything was cleaned up. Do it later: muster simulate --clean");
    throw error;
  }
}

async function cleanAll(cli: Cli, client: Client, fleetId: Fleet["id"]): Promise<Summary> {
  for (const token of await tokensOf(client, fleetId)) {
    if (!isLive(token, cli.io.now()) || token.labels[simulatedLabel] === undefined) continue;
    await client.call("POST /v1/enrollment-tokens/{token}/revoke", { path: { token: token.id } });
  }
  const deleted = await deleteAgents(client, fleetId, simulatedLabel, showDeleting(cli));
  return {
    fleetId,
    run: null,
    profile: null,
    seed: null,
    agents: 0,
    seconds: 0,
    interrupted: false,
    deleted,
    kept: 0,
    counts: null,
  };
}
