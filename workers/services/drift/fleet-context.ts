import type { FleetRow } from "../../../db/queries/fleets.ts";
import { findOrganization } from "../../../db/queries/organizations.ts";
import { refuse } from "../../../domain/errors.ts";
import type { Permission } from "../../../domain/tenancy/permissions.ts";
import type { Context, Platform } from "../context.ts";

/** What a fleet may do by its own policy: what somebody with just these permissions let it do. */
const permissions: readonly Permission[] = [
  "organization.read",
  "project.read",
  "environment.read",
  "fleet.read",
  "agent.read",
  "config.read",
  "config.write",
  "rollout.read",
  "rollout.write",
];

/** A context in which the fleet itself acts, in its own project alone. `settle` waits for what goes on afterwards. */
export async function fleetContext(
  platform: Platform,
  fleet: FleetRow,
): Promise<{ ctx: Context; settle: () => Promise<void> }> {
  const organization = await findOrganization(platform.db, fleet.organizationId);
  if (!organization || organization.deletedAt !== null) {
    return refuse("not_found", "The organization is deleted.");
  }
  const waiting: Promise<unknown>[] = [];
  const { id, name, slug, plan, createdAt, deletedAt } = organization;
  const source = "the fleet's drift policy";
  const within = [{ kind: "project" as const, projectId: fleet.projectId }];
  const ctx: Context = {
    ...platform,
    // No request came in by any address: nothing that a fleet does may tell one.
    publicUrl: "",
    requestId: platform.ids.make("request"),
    client: { address: "", userAgent: "muster drift policy" },
    afterwards: (work) =>
      void waiting.push(
        work.catch((error: unknown) =>
          platform.log.error("work after a repair failed", { fleetId: fleet.id }, error),
        ),
      ),
    actor: {
      kind: "fleet",
      id: fleet.id,
      person: null,
      name: `Drift policy of ${fleet.name}`,
      organizations: [
        {
          id,
          name,
          slug,
          plan,
          createdAt,
          deletedAt,
          role: "operator",
          roleName: source,
          access: [[{ effect: "allow", permissions, within, source }]],
          blocked: null,
        },
      ],
      expiresAtMs: null,
    },
  };
  return { ctx, settle: async () => void (await Promise.all(waiting)) };
}
