import { z } from "zod";
import { roleName } from "./access.ts";
import { email, organization, password } from "./auth.ts";
import { displayName, id, pageQuery, receipt, timestamp } from "./shared.ts";

export const invitationStatus = z.enum(["open", "expired", "accepted", "revoked"]);

export const invitation = z
  .object({
    id: id("invitation"),
    organizationId: id("organization"),
    email: z.string(),
    role: roleName,
    roleName: z.string(),
    teamIds: z.array(id("team")),
    status: invitationStatus,
    invitedBy: z.string().meta({ description: "Id of the person or API key" }),
    createdAt: timestamp,
    sentAt: timestamp,
    expiresAt: timestamp,
    acceptedAt: timestamp.nullable(),
    acceptedBy: id("user").nullable(),
  })
  .meta({ id: "Invitation" });
export type Invitation = z.infer<typeof invitation>;

/** `GET /v1/orgs/{org}/invitations`, newest first */
export const listInvitationsQuery = pageQuery.extend({
  status: invitationStatus.optional().meta({ description: "Left out: all of them" }),
});

/** `POST /v1/orgs/{org}/invitations`: an open one for the same address is replaced. */
export const createInvitationBody = z.strictObject({
  email,
  role: roleName.default("viewer"),
  teamIds: z.array(id("team")).max(20).default([]),
});
/** Also the answer of `POST /v1/invitations/{invitation}/resend` and `…/revoke` */
export const invitationChange = invitation.extend({ receipt }).meta({ id: "InvitationChange" });
export type InvitationChange = z.infer<typeof invitationChange>;

const token = z
  .string()
  .min(1, { error: "is needed: open the link of the mail, or copy it whole" })
  .max(200)
  .meta({ description: "From the link in the mail" });

/** `POST /v1/invitations/preview` (public) and `POST /v1/invitations/accept` (signed in) */
export const invitationTokenBody = z.strictObject({ token });
export const invitationPreview = z
  .object({
    organizationName: z.string(),
    email: z.string(),
    roleName: z.string(),
    invitedByName: z.string(),
    expiresAt: timestamp,
    hasAccount: z
      .boolean()
      .meta({ description: "true: sign in with this address, then accept; false: choose name and password" }),
  })
  .meta({ id: "InvitationPreview" });
export type InvitationPreview = z.infer<typeof invitationPreview>;
export const acceptedInvitation = z.object({ organization, receipt }).meta({ id: "AcceptedInvitation" });
export type AcceptedInvitation = z.infer<typeof acceptedInvitation>;

/** `POST /v1/auth/sign-up-invited` (public) → 201 Session; `?tokens=` as in sign-in */
export const signUpInvitedBody = z.strictObject({ token, name: displayName, password });
