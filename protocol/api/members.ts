import { z } from "zod";
import { roles } from "../../domain/tenancy/roles.ts";
import { roleName } from "./access.ts";
import { id, pageQuery, receipt, timestamp } from "./shared.ts";

export const member = z
  .object({
    userId: id("user"),
    organizationId: id("organization"),
    email: z.string(),
    name: z.string().nullable(),
    role: roleName,
    roleName: z.string(),
    twoFactor: z.boolean().meta({ description: "Has a second factor: codes or a passkey" }),
    teams: z.array(z.object({ id: id("team"), name: z.string() })),
    joinedAt: timestamp,
  })
  .meta({ id: "Member" });
export type Member = z.infer<typeof member>;

/** `GET /v1/orgs/{org}/members`, oldest first */
export const listMembersQuery = pageQuery.extend({
  q: z.string().max(100).optional().meta({ description: "Part of the name or e-mail address" }),
  role: roleName.optional(),
});

/** `PATCH /v1/orgs/{org}/members/{user}` */
export const updateMemberBody = z.strictObject({ role: roleName });
export const memberChange = member.extend({ receipt }).meta({ id: "MemberChange" });
export type MemberChange = z.infer<typeof memberChange>;

/** `POST /v1/orgs/{org}/transfer`: that member becomes owner, and the caller has `thenRole`. */
export const transferBody = z.strictObject({
  member: id("user"),
  thenRole: z.enum(roles).exclude(["owner"]).default("admin"),
});

/** `DELETE /v1/orgs/{org}/members/{user}`, `POST /v1/orgs/{org}/leave`, `…/transfer`, and other removals */
export const receiptAnswer = z.object({ receipt }).meta({ id: "ReceiptAnswer" });
export type ReceiptAnswer = z.infer<typeof receiptAnswer>;
