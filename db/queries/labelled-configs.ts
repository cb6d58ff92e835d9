import { and, asc, eq, ne } from "drizzle-orm";
import type { OrganizationId, ProjectId } from "../../domain/ids.ts";
import type { Database } from "../client.ts";
import { configs } from "../schema/index.ts";

/** Every config of the project that has a label, by name. */
export async function listLabelledConfigs(
  db: Database,
  organizationId: OrganizationId,
  projectId: ProjectId,
): Promise<Pick<typeof configs.$inferSelect, "id" | "name" | "labels">[]> {
  return db.orm
    .select({ id: configs.id, name: configs.name, labels: configs.labels })
    .from(configs)
    .where(
      and(
        eq(configs.organizationId, organizationId),
        eq(configs.projectId, projectId),
        ne(configs.labels, {}),
      ),
    )
    .orderBy(asc(configs.name));
}
