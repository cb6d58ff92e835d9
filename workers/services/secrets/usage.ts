import type { FleetRow } from "../../../db/queries/fleets.ts";
import { configsNamingSecret, listSecretVersions, releasesWithSecret } from "../../../db/queries/secrets.ts";
import { can } from "../../../domain/tenancy/access.ts";
import type { SecretUsage } from "../../../protocol/api/secrets.ts";
import type { Context } from "../context.ts";
import { accessIn, placeOf } from "../scope.ts";
import { fleetsOf, heldNowhere, tryHolder } from "./fleets.ts";
import { type SecretInput, secretScope } from "./scope.ts";

const maxFleets = 100;
const configsShown = 200;
const releasesShown = 50;
/** The newest of these fleets: what each was given is read from its row. */
const releasesLookedAt = 500;
/** The newest: an agent that runs an older one is not told of. */
const versionsAsked = 200;

/** Who names the secret, and who holds which version of it. What the caller may not see otherwise is left out. */
export async function usage({ ctx, input }: { ctx: Context; input: SecretInput }): Promise<SecretUsage> {
  const { row } = await secretScope(ctx, input, "secret.read");
  const access = accessIn(ctx, row.organizationId);
  const place = { projectId: row.projectId, environmentId: row.environmentId };
  const seesFleets = can(access, "fleet.read", place);
  const fleets: FleetRow[] = [];
  for await (const page of fleetsOf(ctx, row)) fleets.push(...page);
  const asked = fleets.slice(0, maxFleets);
  const versions = await listSecretVersions(ctx.db, row.organizationId, row.id, { limit: versionsAsked });
  const [configs, releases, held] = await Promise.all([
    can(access, "config.read", { projectId: row.projectId })
      ? configsNamingSecret(ctx.db, row.organizationId, row.projectId, row.name, configsShown)
      : [],
    can(access, "rollout.read", place)
      ? releasesWithSecret(
          ctx.db,
          row.organizationId,
          fleets.map(({ id }) => id),
          row.id,
          { among: releasesLookedAt, shown: releasesShown },
        )
      : [],
    seesFleets ? Promise.all(asked.map((fleet) => heldIn(fleet))) : [],
  ]);
  return {
    secretId: row.id,
    configs,
    releases,
    fleets: held,
    fleetsLeftOut: seesFleets ? fleets.length - asked.length : 0,
  };

  async function heldIn(fleet: FleetRow): Promise<SecretUsage["fleets"][number]> {
    const numbers = new Map<string, number>(versions.rows.map(({ id, number }) => [id, number]));
    const numberOf = (id: string) => numbers.get(id) ?? 0;
    const outcome = await tryHolder(ctx, fleet, heldNowhere, (stub, scope) =>
      stub.secretUse(scope, [...numbers.keys()]),
    );
    const named = { fleet: fleet.id, slug: fleet.slug };
    if (!outcome.ok) return { ...named, held: [], versions: [], problem: outcome.refusal.detail };
    const mayName = can(access, "agent.read", placeOf(fleet));
    return {
      ...named,
      held: outcome.value.held.map(numberOf).sort((a, b) => b - a),
      versions: outcome.value.versions
        .filter(({ agents }) => agents > 0)
        .map(({ versionId, agents, first }) => ({
          number: numberOf(versionId),
          agents,
          first: mayName ? first : [],
        })),
      problem: null,
    };
  }
}
