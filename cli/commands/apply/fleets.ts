import { inputNames } from "../../../domain/configs/kinds.ts";
import { formatSelector, matchSelector, parseSelector } from "../../../domain/fleets/selector.ts";
import type { Fleet, Release } from "../../../protocol/client/index.ts";
import type { Cli } from "../../cli.ts";
import { Failure } from "../../exit-codes.ts";
import { collect } from "../../listing.ts";
import { pick } from "../../scope.ts";
import { readVersion } from "../configs/find.ts";
import { planBody } from "../deploy/plan-file.ts";
import { currentRelease } from "../fleets/current-release.ts";
import type { ConfigAfter } from "./configs.ts";
import type { FleetDocument, WrittenAssignment } from "./documents.ts";
import type { Step } from "./step.ts";

interface Surroundings {
  projectId: string;
  fleets: readonly Fleet[];
  configs: ReadonlyMap<string, ConfigAfter>;
  /** Variables that the plan changes, by environment. */
  changing: ReadonlyMap<string, ReadonlySet<string>>;
  /** Is told each rollout that was started. */
  started(rolloutId: string): void;
}

interface Placed {
  config: ConfigAfter;
  version: number;
  selector: string;
  fileName: string | undefined;
}

/** A rollout for each fleet whose agents would be given something else than its current release gives. */
export async function planFleets(
  cli: Cli,
  documents: readonly FleetDocument[],
  around: Surroundings,
): Promise<Step[]> {
  const steps: Step[] = [];
  for (const document of documents) {
    const fleet = pick("fleet", document.fleet, [...around.fleets], "muster fleets create <name>");
    const current = await currentRelease(cli, fleet);
    const wanted: Placed[] = [];
    for (const one of document.assignments) wanted.push(...(await place(cli, document.where, one, around)));
    const keepOthers = document.plan.keepOthers === true;
    const kept = keepOthers ? carriedOver(wanted, current, around) : [];
    const details = [
      ...compare(wanted, current, keepOthers),
      ...comparePackages(document.plan.packages, current),
      ...(await changedInputs(cli, fleet, [...wanted, ...kept], current, around)),
    ];
    if (details.length > 0) steps.push(stepOf(cli, document, fleet, details, around));
  }
  return steps;
}

async function place(
  cli: Cli,
  where: string,
  { of, selector, fileName }: WrittenAssignment,
  { configs }: Surroundings,
): Promise<Placed[]> {
  const named =
    "name" in of
      ? [configs.get(of.name)].filter((one) => one !== undefined)
      : [...configs.values()].filter(({ labels }) => matchSelector(parseSelector(of.configs), labels));
  if (named.length === 0) {
    const what = "name" in of ? `config "${of.name}"` : `config with "${of.configs}"`;
    throw new Failure("failed", `${where}: there is no ${what}, neither on the server nor in the folder.`);
  }
  const placed: Placed[] = [];
  for (const config of named) {
    const version = await versionOf(cli, where, config, of.version);
    placed.push({ config, version, selector, fileName: fileName?.replaceAll("{config}", config.name) });
  }
  return placed;
}

async function versionOf(
  cli: Cli,
  where: string,
  { name, latestVersion, existing }: ConfigAfter,
  wanted: number | string | null,
): Promise<number> {
  if (typeof wanted === "string") {
    if (existing) return (await readVersion(cli, existing, wanted)).number;
    throw new Failure(
      "failed",
      `${where}: config ${name} is new, so no version of it is labelled ${wanted}.`,
    );
  }
  if (latestVersion === 0) throw new Failure("failed", `${where}: config ${name} has no content yet.`);
  if (wanted !== null && wanted > latestVersion) {
    throw new Failure(
      "failed",
      `${where}: config ${name} has no version ${wanted}; its latest is ${latestVersion}.`,
    );
  }
  return wanted ?? latestVersion;
}

const canonical = (selector: string): string => formatSelector(parseSelector(selector));
const whom = (selector: string): string => (selector === "" ? "every agent" : selector);

function compare(wanted: readonly Placed[], current: Release | null, keepOthers: boolean): string[] {
  const left = [...(current?.assignments ?? [])];
  const details = wanted.flatMap(({ config, version, selector, fileName }) => {
    const at = left.findIndex(
      (one) =>
        one.configName === config.name &&
        canonical(one.selector) === canonical(selector) &&
        (fileName === undefined || one.fileName === fileName),
    );
    const [same] = at === -1 ? [] : left.splice(at, 1);
    const shown = `${config.name} → ${whom(selector)}`;
    if (!same)
      return [
        `+ ${config.name} v${version} → ${whom(selector)}${fileName === undefined ? "" : ` as ${fileName}`}`,
      ];
    return same.version === version ? [] : [`~ ${shown}: v${same.version} → v${version}`];
  });
  const names = new Set(wanted.map(({ config }) => config.name));
  const removed = left.filter(({ configName }) => !keepOthers || names.has(configName));
  return [
    ...details,
    ...removed.map((one) => `- ${one.configName} v${one.version} → ${whom(one.selector)} (${one.fileName})`),
  ];
}

/** What the current release gives besides: it stays, and takes today's variables. */
function carriedOver(
  wanted: readonly Placed[],
  current: Release | null,
  { configs }: Surroundings,
): Pick<Placed, "config" | "version">[] {
  const named = new Set(wanted.map(({ config }) => config.name));
  return (current?.assignments ?? []).flatMap(({ configName, version }) => {
    const config = configs.get(configName);
    return config && !named.has(configName) ? [{ config, version }] : [];
  });
}

function comparePackages(wanted: unknown, current: Release | null): string[] {
  if (!Array.isArray(wanted)) return [];
  // `readFleet` has checked them by the API's schema.
  const named = wanted as { name: string; version: string; sha256: string }[];
  const known = current?.packages ?? [];
  return named.flatMap(({ name, version, sha256 }) => {
    const before = known.find((one) => one.name === name);
    if (before?.version === version && before.sha256 === sha256) return [];
    return [`${before ? "~" : "+"} package ${name} ${before ? `${before.version} → ` : ""}${version}`];
  });
}

/** Variables that the configs name and that are newer than the current release, or change with this plan. */
async function changedInputs(
  cli: Cli,
  fleet: Fleet,
  placed: readonly Pick<Placed, "config" | "version">[],
  current: Release | null,
  { changing }: Surroundings,
): Promise<string[]> {
  if (!current) return [];
  const named = await Promise.all(
    placed.map(async ({ config: { kind, content, existing, latestVersion }, version }) => {
      if (content !== null && version === latestVersion) return inputNames(kind, content);
      return existing ? inputNames(kind, (await readVersion(cli, existing, version)).content) : [];
    }),
  );
  const names = new Set(
    named
      .flat()
      .filter((name) => name.startsWith("var:"))
      .map((name) => name.slice("var:".length)),
  );
  if (names.size === 0) return [];
  const client = await cli.client();
  const { items } = await collect(client, "GET /v1/environments/{environment}/variables", {
    path: { environment: fleet.environmentId },
    query: { fleet: fleet.id, limit: 10_000 },
  });
  const since = Date.parse(current.createdAt);
  const newer = items.filter(({ updatedAt }) => Date.parse(updatedAt) > since).map(({ name }) => name);
  const changed = new Set([...newer, ...(changing.get(fleet.environmentId) ?? [])]);
  return [...names]
    .filter((name) => changed.has(name))
    .sort()
    .map((name) => `~ variable ${name}`);
}

function stepOf(
  cli: Cli,
  { where, plan }: FleetDocument,
  fleet: Fleet,
  details: string[],
  { projectId, started }: Surroundings,
): Step {
  return {
    kind: "fleet",
    name: fleet.slug,
    action: "update",
    summary: `rollout in fleet ${fleet.slug}`,
    details,
    diff: null,
    async run() {
      const client = await cli.client();
      const path = { fleet: fleet.id };
      const body = await planBody(cli, where, projectId, plan, { refreshInputs: true });
      const preview = await client.call("POST /v1/fleets/{fleet}/rollouts", {
        path,
        query: { dryRun: true },
        body,
      });
      const planToken = "planToken" in preview ? { planToken: preview.planToken } : {};
      const made = await client.call("POST /v1/fleets/{fleet}/rollouts", {
        path,
        query: {},
        body: { ...body, ...planToken },
      });
      if (!("receipt" in made)) throw new Error("a start was answered with a plan");
      started(made.rollout.id);
      return made.receipt.summary;
    },
  };
}
