import { type ConfigRow, findConfigVersion } from "../../../db/queries/configs.ts";
import type { FleetRow } from "../../../db/queries/fleets.ts";
import { findRelease } from "../../../db/queries/rollouts.ts";
import type { StoredAssignment } from "../../../db/schema/index.ts";
import { adoptEdit } from "../../../domain/configs/adopt.ts";
import { hasErrors } from "../../../domain/configs/diagnostic.ts";
import { diffText, formatDiff } from "../../../domain/configs/diff.ts";
import { sha256Hex } from "../../../domain/configs/hash.ts";
import { getKind, validate } from "../../../domain/configs/kinds.ts";
import { type FieldError, refuse } from "../../../domain/errors.ts";
import type { AgentId, ConfigId, RolloutId } from "../../../domain/ids.ts";
import type { AcceptedDraft, AcceptedDrift, AgentDrift } from "../../../protocol/api/drift.ts";
import type { RolloutPlanBody } from "../../../protocol/api/rollouts.ts";
import { askAgent } from "../agents/locate.ts";
import { saveVersion } from "../configs/create-version.ts";
import type { Context } from "../context.ts";
import { makeReceipt } from "../receipts.ts";
import type { AssignmentInput } from "../releases/bulk.ts";
import { start } from "../rollouts/start.ts";
import { surroundings } from "../rollouts/surroundings.ts";
import { configScope, fleetScope } from "../scope.ts";

export interface AcceptDrift {
  agent: AgentId;
  /** Left out = every changed file. */
  files?: string[] | undefined;
  terms: RolloutPlanBody;
  /** Of the fleet's own policy: the id that it gave the rollout. */
  id?: RolloutId;
}

interface Accepted {
  name: string;
  config: ConfigRow;
  /** What the agent was given. */
  version: number;
  base: string;
  content: string;
}

/** What `accept` would save. Writes nothing. */
export async function previewAccept({
  ctx,
  input,
}: {
  ctx: Context;
  input: AcceptDrift;
}): Promise<AcceptedDraft> {
  const { accepted } = await read(ctx, input);
  return {
    files: accepted.map(({ name, config, version, base, content }) => ({
      name,
      configId: config.id,
      configName: config.name,
      baseVersion: version,
      content,
      diff: formatDiff(diffText(base, content)),
    })),
  };
}

/**
 * Saves what the agent has as new versions of its configs, and rolls those out to all that run the old ones, with the
 * variables and secrets that they run with.
 */
export async function accept({ ctx, input }: { ctx: Context; input: AcceptDrift }): Promise<AcceptedDrift> {
  const { accepted, fleet, drift } = await read(ctx, input);
  const [, { currentReleaseId, activeRolloutId }] = await surroundings(ctx, fleet);
  if (activeRolloutId && input.terms.onActive === "refuse") {
    refuse(
      "rollout_active",
      `Rollout ${activeRolloutId} is active in this fleet. Wait for its end, or send \`onActive\`: "queue" or "supersede".`,
      [{ path: "onActive", message: `is "refuse", and rollout ${activeRolloutId} is active` }],
    );
  }
  const current = currentReleaseId && (await findRelease(ctx.db, [fleet.organizationId], currentReleaseId));
  const placed = current ? current.assignments : [];
  refuseUnplaced(accepted, placed);
  const message = input.terms.message ?? `Taken over from agent ${drift.agentId}`;
  // Several files of an agent may be of one config; they say the same.
  const saved = new Map<ConfigId, { from: Set<number>; to: number }>();
  for (const one of accepted) {
    const { from, to } = saved.get(one.config.id) ?? { from: [], to: await save(ctx, one, message) };
    saved.set(one.config.id, { from: new Set([...from, one.version]), to });
  }
  const assignments = placed.flatMap((one): AssignmentInput[] => {
    const versions = saved.get(one.configId);
    if (!versions) return [];
    const { configId: config, selector, fileName, version } = one;
    return [{ config, selector, fileName, version: versions.from.has(version) ? versions.to : version }];
  });
  const { rollout, receipt } = await start({
    ctx,
    input: {
      fleet: fleet.id,
      what: { assignments, packages: [], keepOthers: true, refreshInputs: false, keepInputs: true },
      terms: { ...input.terms, message },
      ...(input.id && { id: input.id }),
    },
  });
  const versions = accepted.map(({ name, config }) => ({
    name,
    configId: config.id,
    configName: config.name,
    version: saved.get(config.id)?.to ?? config.latestVersion,
  }));
  const texts = versions.map(({ configName, version }) => `${configName} version ${version}`);
  return {
    versions,
    rolloutId: rollout.id,
    receipt: makeReceipt(ctx, {
      ...receipt,
      kind: "drift.accept",
      ids: { ...receipt.ids, agent: drift.agentId },
      summary: `What the agent has is ${texts.join(" and ")} now. ${receipt.summary}`,
      warnings: [...accepted.flatMap(leftBehind), ...receipt.warnings],
    }),
  };
}

/** A version that nobody would be given is not saved: the agent would stay as it is, drifted from the same release. */
function refuseUnplaced(accepted: readonly Accepted[], placed: readonly StoredAssignment[]): void {
  const faults = accepted.flatMap(({ name, config, version }): FieldError[] => {
    const given = placed.filter(({ configId }) => configId === config.id).map((one) => one.version);
    if (given.includes(version)) return [];
    const instead = given.length === 0 ? "does not give it" : `gives version ${given.join(" and ")}`;
    return [
      {
        path: `files.${name}`,
        message: `the agent runs version ${version} of ${config.name}, and the current release ${instead}`,
      },
    ];
  });
  const [first] = faults;
  if (!first) return;
  refuse(
    "plan_impossible",
    `What the agent has cannot be rolled out: ${first.message}. Roll out a release that gives it to the agent first, or save a version yourself.`,
    faults,
  );
}

/** What was saved since the version that the agent was given is not in what it has. */
function leftBehind({ config, version }: Accepted): string[] {
  if (config.latestVersion === version) return [];
  return [
    `${config.name} had version ${config.latestVersion}, and the agent ran version ${version}: what came between is not in the new version. Compare the two.`,
  ];
}

/** The version's number. One that says just this already, such as that of an attempt before, is taken. */
async function save(ctx: Context, { config, content }: Accepted, message: string): Promise<number> {
  const latest = await findConfigVersion(ctx.db, config.organizationId, config.id, config.latestVersion);
  if (latest?.sha256 === sha256Hex(content)) return latest.number;
  const { number } = await saveVersion(ctx, config, { content, message, summary: "as an agent has it" });
  return number;
}

async function read(
  ctx: Context,
  { agent, files }: AcceptDrift,
): Promise<{ accepted: Accepted[]; fleet: FleetRow; drift: AgentDrift }> {
  const { value: drift, fleet: found } = await askAgent(ctx, { agent }, "agent.read", (stub, scope) =>
    stub.agentDrift(scope, agent),
  );
  const fleet = await fleetScope(ctx, found.id, "rollout.write");
  const faults: FieldError[] = [];
  const accepted: Accepted[] = [];
  for (const file of chosen(drift, files)) {
    const { name, configId, version, desired, current } = file;
    const fault = (message: string) => faults.push({ path: `files.${name}`, message });
    if (current === null) {
      fault(
        `${name} ${file.state === "missing" ? "is missing on the agent" : "is no text that could be saved"}`,
      );
      continue;
    }
    if (configId === null || version === null) {
      fault(`which config ${name} came from is not known any more`);
      continue;
    }
    // The fleet's object keeps these ids as the API gave them.
    const config = await configScope(ctx, configId as ConfigId, "config.write");
    const base = await findConfigVersion(ctx.db, config.organizationId, config.id, version);
    if (!base) {
      fault(`version ${version} of ${config.name} is not there any more`);
      continue;
    }
    if (getKind(config.kind).deliver) {
      fault(
        `${name} is ${config.name} in the form that agents of kind ${config.kind} are given, and an edit of that cannot be brought back into the text as it is written. Make the same change there: muster configs edit ${config.name}`,
      );
      continue;
    }
    const { content, conflicts } = adoptEdit(base.content, desired, current);
    for (const { message } of conflicts) fault(`${config.name}: ${message}`);
    const errors = validate(config.kind, content).filter(({ severity }) => severity === "error");
    if (hasErrors(errors)) fault(`line ${errors[0]?.line}: ${errors[0]?.message}`);
    if (accepted.some((one) => one.config.id === config.id && one.content !== content)) {
      fault(`another file of ${config.name} was changed in another way: name one of them`);
    }
    accepted.push({ name, config, version, base: base.content, content });
  }
  const [first] = faults;
  if (first) {
    refuse(
      "plan_impossible",
      `What the agent has cannot become a version: ${first.message}. Give it its files anew (muster drift reapply), or save a version yourself.`,
      faults,
    );
  }
  return { accepted, fleet, drift };
}

function chosen({ drift, files }: AgentDrift, names: readonly string[] | undefined): AgentDrift["files"] {
  const unknown = names?.filter((name) => !drift?.files.some((file) => file.name === name)) ?? [];
  if (unknown.length > 0) {
    refuse("validation_failed", `${unknown[0]} has not drifted on this agent.`, [
      {
        path: "files",
        message: `"${unknown[0]}" is not among ${drift?.files.map(({ name }) => name).join(", ") || "its drifted files, which are none"}`,
      },
    ]);
  }
  const meant = files.filter(
    ({ name, state }) => names?.includes(name) ?? (state === "changed" || state === "missing"),
  );
  if (meant.length === 0) {
    refuse("plan_impossible", "The agent runs the files that it was given: there is nothing to take over.");
  }
  return meant;
}
