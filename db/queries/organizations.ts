import type { OrganizationId } from "../../domain/ids.ts";
import { type Database, type Statement, statement } from "../client.ts";
import { memberships, organizations } from "../schema/index.ts";

export function insertOrganization(
  db: Database,
  organizationId: OrganizationId,
  row: Omit<typeof organizations.$inferInsert, "id">,
): Statement {
  return statement(db.orm.insert(organizations).values({ ...row, id: organizationId }));
}

export function insertMembership(
  db: Database,
  organizationId: OrganizationId,
  row: Omit<typeof memberships.$inferInsert, "organizationId">,
): Statement {
  return statement(db.orm.insert(memberships).values({ ...row, organizationId }));
}
