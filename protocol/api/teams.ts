import { z } from "zod";
import { displayName, id, receipt, slug, timestamp } from "./shared.ts";

export const team = z
  .object({
    id: id("team"),
    organizationId: id("organization"),
    name: z.string(),
    slug,
    memberCount: z.number().int(),
    createdAt: timestamp,
  })
  .meta({ id: "Team" });
export type Team = z.infer<typeof team>;

/** `POST /v1/orgs/{org}/teams`; list by `GET` with `pageQuery` */
export const createTeamBody = z.strictObject({ name: displayName, slug: slug.optional() });
/** `PATCH /v1/teams/{team}`; `DELETE /v1/teams/{team}` answers `receiptAnswer` */
export const updateTeamBody = z.strictObject({ name: displayName.optional(), slug: slug.optional() });
export const teamChange = team.extend({ receipt }).meta({ id: "TeamChange" });
export type TeamChange = z.infer<typeof teamChange>;

/** `GET /v1/teams/{team}/members` with `pageQuery` */
export const teamMember = z
  .object({
    userId: id("user"),
    email: z.string(),
    name: z.string().nullable(),
    fromSso: z.boolean().meta({ description: "Put there by the identity provider's groups" }),
    addedAt: timestamp,
  })
  .meta({ id: "TeamMember" });
export type TeamMember = z.infer<typeof teamMember>;

/** `POST /v1/teams/{team}/members`; `DELETE /v1/teams/{team}/members/{user}` answers `receiptAnswer` */
export const addTeamMemberBody = z.strictObject({ userId: id("user") });
export const addedTeamMember = teamMember.extend({ receipt }).meta({ id: "AddedTeamMember" });
export type AddedTeamMember = z.infer<typeof addedTeamMember>;
