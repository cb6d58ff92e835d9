import { z } from "zod";
import type { StartRolloutBody } from "../../../protocol/api/rollouts.ts";
import type { Config, Fleet, Release } from "../../../protocol/client/index.ts";
import type { Cli } from "../../cli.ts";
import { confirm } from "../../confirm.ts";
import { Failure } from "../../exit-codes.ts";
import { clean } from "../../output.ts";
import { pick } from "../../scope.ts";
import { argument, command, option, text, yesOption } from "../../spec.ts";
import { checkTerms } from "../deploy/check-terms.ts";
import { actionOptions, carryOut, deployed } from "../deploy/deploy.ts";
import { showPreview } from "../deploy/preview.ts";
import { readTerms, termOptions } from "../deploy/terms.ts";
import { findEnvironment } from "../environments/find.ts";
import { currentRelease } from "../fleets/current-release.ts";
import { fleetsOf } from "../fleets/find.ts";
import { findConfig, readVersion, splitVersion } from "./find.ts";

type Assignment = Release["assignments"][number];

interface Origin {
  version: number;
  /** As it is placed there; empty when a version or a label was named. */
  placed: Assignment[];
  /** Where it comes from, in words. */
  from: string;
}

interface Given {
  from: string | undefined;
  fromEnvironment: string | undefined;
}

async function placedIn(cli: Cli, fleet: Fleet, config: Config): Promise<Assignment[]> {
  const release = await currentRelease(cli, fleet);
  return release?.assignments.filter(({ configId }) => configId === config.id) ?? [];
}

/** What the current releases of these fleets agree on. */
async function runningIn(cli: Cli, config: Config, fleets: readonly Fleet[], where: string): Promise<Origin> {
  const found: { fleet: Fleet; placed: Assignment[] }[] = [];
  for (const fleet of fleets) {
    const placed = await placedIn(cli, fleet, config);
    if (placed.length > 0) found.push({ fleet, placed });
  }
  const [first] = found;
  const version = first?.placed[0]?.version;
  if (!first || version === undefined) {
    throw new Failure(
      "notFound",
      `No release that succeeded in ${where} gives ${config.name}. Deploy it there first, or name a version: ${config.name}@<version>. See: muster configs uses ${config.name} --current`,
    );
  }
  const all = found.flatMap(({ fleet, placed }) => placed.map((one) => ({ fleet, ...one })));
  if (all.some((one) => one.version !== version)) {
    const each = all.map(
      (one) =>
        `${one.version} in ${one.fleet.slug} for ${one.selector === "" ? "every agent" : one.selector}`,
    );
    throw new Failure(
      "failed",
      `${where} gives several versions of ${config.name}: ${each.join(", ")}. Say which: ${config.name}@<version>.`,
    );
  }
  const client = await cli.client();
  for (const { fleet } of found) {
    const { activeRolloutId } = await client.call("GET /v1/fleets/{fleet}", { path: { fleet: fleet.id } });
    if (activeRolloutId === null) continue;
    cli.output.note(
      `Rollout ${activeRolloutId} is active in ${fleet.slug}. What is promoted is what ran there before it.`,
    );
  }
  const slugs = found.map(({ fleet }) => fleet.slug);
  return { version, placed: first.placed, from: `runs in ${slugs.join(" and ")}` };
}

async function originOf(
  cli: Cli,
  config: Config,
  reference: number | string | null,
  { from, fromEnvironment }: Given,
  fleets: readonly Fleet[],
): Promise<Origin> {
  if (from !== undefined) {
    const source = pick("fleet", from, [...fleets], "muster fleets create <name>");
    return runningIn(cli, config, [source], `fleet ${source.slug}`);
  }
  if (fromEnvironment !== undefined) {
    const { id, slug } = await findEnvironment(cli, fromEnvironment);
    const inside = fleets.filter(({ environmentId }) => environmentId === id);
    return runningIn(cli, config, inside, `environment ${slug}`);
  }
  const { number } = await readVersion(cli, config, reference);
  return { version: number, placed: [], from: typeof reference === "string" ? `labelled ${reference}` : "" };
}

/** What it goes to in the target stays; where it is new, it goes to whom it goes at its origin. */
function assignmentsOf(config: Config, { version, placed }: Origin, there: readonly Assignment[]) {
  const places = there.length > 0 ? there : placed;
  return places.length === 0
    ? [{ config: config.id, version, selector: "" }]
    : places.map(({ selector, fileName }) => ({ config: config.id, version, selector, fileName }));
}

const unchanged = z.object({
  changed: z.literal(false),
  config: z.string(),
  version: z.number().int(),
  fleet: z.string(),
});

export const promoteConfig = command({
  name: "promote",
  summary: "Bring the version of a config that runs in one fleet to another",
  about:
    "Takes the version that the last successful release of a fleet (or of an environment's fleets, which have to agree) gives, or the one that is named as config@version, and rolls it out in the target, beside what else that fleet is given. There it keeps its selectors and file names; where it is new, it takes those of its origin. Variables and secrets are those of the target's environment. Shows the plan and asks first; what is started is the plan that was shown.",
  args: {
    config: argument(
      "Id or name; with @version, a number, label or latest, instead of --from",
      text,
      "config",
    ),
  },
  options: {
    from: option("--from <fleet>", "The fleet that runs what is promoted", text.optional(), "fleet"),
    fromEnvironment: option(
      "--from-environment <environment>",
      "The environment whose fleets run it",
      text.optional(),
      "environment",
    ),
    to: option(
      "--to <fleet>",
      "The fleet that is to run it; the chosen one when left out",
      text.optional(),
      "fleet",
    ),
    ...termOptions,
    yes: yesOption,
    ...actionOptions,
  },
  examples: [
    "muster configs promote edge --from staging --to web --dry-run",
    "muster configs promote edge --from-environment staging --to web --step 1 --step 10% --wait",
    'muster configs promote edge@known-good --to web --yes -m "proved in staging"',
  ],
  answer: z.union([deployed, unchanged]),
  async run(cli, { args, options }) {
    const { name, version: reference } = splitVersion(args.config);
    const named = [args.config !== name, options.from !== undefined, options.fromEnvironment !== undefined];
    if (named.filter(Boolean).length !== 1) {
      throw new Failure(
        "usage",
        `Which version of ${name}? Give one of --from <fleet>, --from-environment <environment> and ${name}@<version>.`,
      );
    }
    const terms = readTerms(options, cli.io.now());
    checkTerms(terms, [], cli.io.now());
    const client = await cli.client();
    const projectId = (await cli.scope.project()).id;
    const config = await findConfig(cli, name, projectId);
    const fleets = await fleetsOf(cli, projectId);
    const target =
      options.to === undefined
        ? await cli.scope.fleet()
        : pick("fleet", options.to, fleets, "muster fleets create <name>");
    const origin = await originOf(cli, config, reference, options, fleets);
    const there = await placedIn(cli, target, config);
    const { version, from } = origin;
    if (there.length > 0 && there.every((one) => one.version === version)) {
      cli.output.result(
        { changed: false, config: config.name, version, fleet: target.slug },
        () => `Fleet ${target.slug} is given ${config.name}@${version} already. Nothing was done.`,
      );
      return;
    }
    const body: StartRolloutBody = {
      assignments: assignmentsOf(config, origin, there),
      keepOthers: true,
      ...terms,
    };
    const send = (query: { dryRun: true } | undefined, planToken: string | undefined) =>
      client.call("POST /v1/fleets/{fleet}/rollouts", {
        path: { fleet: target.id },
        query,
        body: { ...body, planToken },
      });
    const now = [...new Set(there.map((one) => one.version))].sort((a, b) => a - b);
    const before = now.length === 0 ? "it is new there" : `it is given version ${now.join(" and ")} now`;
    const heading = `for ${target.slug}: ${clean(config.name)}@${version}${from && `, which ${from}`}; ${before}`;
    const startAt = terms.schedule?.startAt ?? null;
    let planToken = terms.planToken;
    if (!options.dryRun) {
      const plan = await send({ dryRun: true }, undefined);
      if (!("planToken" in plan)) throw new Error("a question for a plan was answered with a start");
      planToken ??= plan.planToken;
      if (!cli.output.json) {
        cli.output.note(showPreview(plan, { heading, startAt, isAsking: true }, cli.output.style));
      }
      await confirm(cli, "Roll this out?", options.yes);
    }
    await carryOut(cli, {
      send: (query) => send(query, planToken),
      dryRun: options.dryRun,
      wait: options.wait,
      heading,
      startAt,
    });
  },
});
