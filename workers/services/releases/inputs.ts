import type { FleetRow } from "../../../db/queries/fleets.ts";
import {
  findCurrentSecrets,
  findSecretVersions,
  findVariables,
  listOrganizationKeys,
} from "../../../db/queries/inputs.ts";
import type { ReleaseRow } from "../../../db/queries/rollouts.ts";
import { formatPlaceholder, type Placeholder, wordOf } from "../../../domain/configs/inputs/placeholders.ts";
import { type FrozenInputs, noInputs } from "../../../domain/configs/inputs/values.ts";
import { compileConfig, getKind, inputNames } from "../../../domain/configs/kinds.ts";
import { refuse } from "../../../domain/errors.ts";
import type { Id } from "../../../domain/ids.ts";
import type { SealedSecrets } from "../../../protocol/rpc/fleet.ts";
import type { Context, Platform } from "../context.ts";
import { frozenVariable } from "../inputs/freeze.ts";
import type { ResolvedAssignment } from "./resolve.ts";

/**
 * What the release gives its configs besides their text, as it is now in the fleet's environment. Names that only a
 * carried over config has keep what the current release (`current`) gave them, so that a rollout of one config changes
 * no other.
 */
export async function freezeInputs(
  ctx: Context,
  fleet: FleetRow,
  named: readonly ResolvedAssignment[],
  carried: readonly ResolvedAssignment[],
  current: FrozenInputs,
): Promise<FrozenInputs> {
  const fresh = await inputsOf(ctx, fleet, named);
  const names = { var: namesIn(named, "var"), secret: namesIn(named, "secret") };
  const kept = { var: namesIn(carried, "var"), secret: namesIn(carried, "secret") };
  const inputs = {
    variables: [
      ...fresh.variables,
      ...current.variables.filter(({ name }) => kept.var.has(name) && !names.var.has(name)),
    ],
    secrets: [
      ...fresh.secrets,
      ...current.secrets.filter(({ name }) => kept.secret.has(name) && !names.secret.has(name)),
    ],
  };
  refuseMissing([...named, ...carried], inputs);
  refuseTooMuch(inputs);
  return inputs;
}

/** They lie in one row of the release, here and in its fleet; a row has 2 MB at most. */
const maxInputsChars = 512 * 1024;

function refuseTooMuch(inputs: FrozenInputs): void {
  const chars = JSON.stringify(inputs).length;
  if (chars <= maxInputsChars) return;
  const sizes = new Map<string, number>();
  for (const { name, value } of inputs.variables) sizes.set(name, (sizes.get(name) ?? 0) + value.length);
  const [largest] = [...sizes].sort(([, a], [, b]) => b - a);
  const shorten = largest
    ? `Give the largest variable, ${largest[0]}, fewer or shorter values, or make it a config of its own`
    : "Set secrets for fewer places, or make releases of fewer configs";
  refuse(
    "config_invalid",
    `The variables and secrets that the release's configs name have ${chars} characters with all their rows; at most ${maxInputsChars} are possible. ${shorten}.`,
    [{ path: "assignments", message: `name inputs of ${chars} characters; at most ${maxInputsChars}` }],
  );
}

async function inputsOf(
  { db }: Platform,
  { organizationId, environmentId, id: fleetId }: FleetRow,
  assignments: readonly ResolvedAssignment[],
): Promise<FrozenInputs> {
  const [variables, secrets] = [namesIn(assignments, "var"), namesIn(assignments, "secret")];
  if (variables.size + secrets.size === 0) return noInputs;
  const [variableRows, secretRows] = await Promise.all([
    findVariables(db, organizationId, environmentId, fleetId, [...variables]),
    findCurrentSecrets(db, organizationId, environmentId, fleetId, [...secrets]),
  ]);
  return {
    variables: variableRows.map(frozenVariable),
    secrets: secretRows.map(({ id, name, selector, versionId, currentVersion, fleetId: fleet }) => ({
      id,
      name,
      selector,
      versionId,
      version: currentVersion,
      fleet: fleet === "" ? null : fleet,
    })),
  };
}

function namesIn(assignments: readonly ResolvedAssignment[], namespace: "var" | "secret"): Set<string> {
  const names = new Set<string>();
  for (const { stored, content } of assignments) {
    for (const name of inputNames(stored.kind, content)) {
      if (name.startsWith(`${namespace}:`)) names.add(name.slice(namespace.length + 1));
    }
  }
  return names;
}

/** A name that no row has at all; whether each agent has a row is told by the fleet. */
function refuseMissing(assignments: readonly ResolvedAssignment[], inputs: FrozenInputs): void {
  const known = {
    var: new Set(inputs.variables.map(({ name }) => name)),
    secret: new Set(inputs.secrets.map(({ name }) => name)),
  };
  const isMissing = ({ namespace, name, fallback }: Placeholder) =>
    namespace !== "agent" && fallback === null && !known[namespace].has(name);
  const faults = assignments.flatMap(({ stored, content }, i) =>
    compileConfig(stored.kind, getKind(stored.kind).quoting, content)
      .slots.filter(isMissing)
      .map((slot) => ({
        path: `assignments[${i}].content:${slot.line}:${slot.column}`,
        message: `${stored.configName} version ${stored.version}, line ${slot.line}: ${formatPlaceholder(slot)} names a ${wordOf(slot.namespace)} that the environment does not have`,
      })),
  );
  if (faults.length === 0) return;
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : "";
  refuse(
    "config_invalid",
    `${faults[0]?.message}${more}. Set it in the environment, then deploy again.`,
    faults,
  );
}

/** The values that a release's secrets stand for, sealed, as its fleet needs them. */
export async function sealedSecrets(
  { db }: Platform,
  { organizationId, inputs }: Pick<ReleaseRow, "organizationId" | "inputs">,
): Promise<SealedSecrets> {
  if (inputs.secrets.length === 0) return { values: [], keys: [] };
  // Written from rows of `secret_versions`.
  const ids = [...new Set(inputs.secrets.map(({ versionId }) => versionId as Id<"secretVersion">))];
  const [versions, keys] = await Promise.all([
    findSecretVersions(db, organizationId, ids),
    listOrganizationKeys(db, organizationId),
  ]);
  const byId = new Map(versions.map((version) => [version.id as string, version]));
  const values = inputs.secrets.map(({ name, version, versionId }) => {
    const row = byId.get(versionId);
    if (!row || row.sealed === null) {
      return refuse(
        "plan_impossible",
        `The release names version ${version} of the secret ${name}, which was destroyed. Make a new release, which gets the version that is current.`,
        [{ path: "release", message: `needs version ${version} of ${name}, which was destroyed` }],
      );
    }
    return { versionId, keyId: row.keyId, sealed: row.sealed, name, version };
  });
  const used = new Set<string>(values.map(({ keyId }) => keyId));
  return {
    values,
    keys: keys
      .filter(({ id }) => used.has(id))
      .map(({ id, wrapped, masterKeyId }) => ({ id, wrapped, masterKeyId })),
  };
}
