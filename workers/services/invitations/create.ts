import { GuardFailed } from "../../../db/batch.ts";
import {
  type InvitationRow,
  insertInvitation,
  revokeInvitationsTo,
} from "../../../db/queries/invitations.ts";
import { findMemberByEmail } from "../../../db/queries/members.ts";
import { bindingsOf, roleExists } from "../../../db/queries/roles.ts";
import { teamsAmong } from "../../../db/queries/teams.ts";
import { refuse } from "../../../domain/errors.ts";
import type { OrganizationId, RoleId, TeamId } from "../../../domain/ids.ts";
import { isRole, type Role } from "../../../domain/tenancy/roles.ts";
import type { InvitationChange } from "../../../protocol/api/invitations.ts";
import { givenRole, refuseExcess, statementsOfBindings, statementsOfRole } from "../access/role.ts";
import { commit } from "../audit/commit.ts";
import type { Context, Membership } from "../context.ts";
import { invited } from "../mail/letters-of-organizations.ts";
import { newMail } from "../mail/new-mail.ts";
import { makeReceipt } from "../receipts.ts";
import { organizationScope } from "../scope.ts";
import { iso } from "../time.ts";
import { invitationMs, newInvitationLink } from "./link.ts";
import { invitationView } from "./view.ts";

export interface CreateInvitation {
  org: OrganizationId;
  email: string;
  role: Role | RoleId;
  teamIds: TeamId[];
}

/** The link goes by mail alone, so that it proves the address. What was open for the address counts no longer. */
export async function create({
  ctx,
  input,
}: {
  ctx: Context;
  input: CreateInvitation;
}): Promise<InvitationChange> {
  const organization = organizationScope(ctx, input.org, "member.write");
  const role = await givenRole(ctx, organization.id, input.role);
  refuseExcess(organization, statementsOfRole(role, { kind: "organization" }, "the membership"), "a member");
  const teamIds = [...new Set(input.teamIds)];
  await checkTeams(ctx, organization, teamIds);
  const email = input.email.toLowerCase();
  await refuseMember(ctx, organization, email);
  const { token, secretHash } = newInvitationLink();
  const nowMs = ctx.clock.now();
  const row: InvitationRow = {
    id: ctx.ids.make("invitation"),
    organizationId: organization.id,
    email,
    role: role.id,
    teamIds,
    secretHash,
    invitedBy: ctx.actor.id,
    createdAt: nowMs,
    sentAt: nowMs,
    expiresAt: nowMs + invitationMs,
    acceptedAt: null,
    acceptedBy: null,
    revokedAt: null,
  };
  const facts = { token, organizationName: organization.name, roleName: role.name, by: ctx.actor.name };
  const mail = await newMail(ctx, email, invited(ctx, facts));
  const changes = [{ path: "invitation", after: { email, role: role.name, teamIds } }];
  const replaced = await store(ctx, row, mail.insert, changes);
  ctx.afterwards(mail.send());
  const href = `/v1/invitations/${row.id}`;
  return {
    ...invitationView({ row, custom: role.custom ?? null }, nowMs),
    receipt: makeReceipt(ctx, {
      kind: "invitation.create",
      ids: { invitation: row.id, organization: organization.id },
      summary: `A mail to ${email} invites to ${organization.name} with the role ${role.name}. Its link counts until ${iso(row.expiresAt)}.`,
      warnings: [
        ...(replaced > 0 ? ["The invitation before, to the same address, counts no longer."] : []),
        ...(ctx.mail ? [] : ["No mail is set up on this installation: it waits until MAIL_URL is set."]),
      ],
      changes,
      next: [
        { label: "Send it again", command: `muster invitations resend ${row.id}`, href: `${href}/resend` },
      ],
      undo: { command: `muster invitations revoke ${row.id}`, href: `${href}/revoke` },
    }),
  };
}

async function checkTeams(ctx: Context, organization: Membership, teamIds: readonly TeamId[]): Promise<void> {
  const known = teamIds.length === 0 ? [] : await teamsAmong(ctx.db, organization.id, teamIds);
  const teams = teamIds.map((id, index) => {
    const team = known.find((one) => one.id === id);
    return (
      team ??
      refuse("validation_failed", `There is no team ${id} in this organization. List its teams.`, [
        { path: `teamIds[${index}]`, message: "is not a team of the organization" },
      ])
    );
  });
  await weighTeams(ctx, organization, teams);
}

/** Who joins a team gets its roles: nobody gives in this way more than they have. */
export async function weighTeams(
  ctx: Context,
  organization: Membership,
  teams: readonly { id: TeamId; name: string }[],
): Promise<void> {
  for (const [index, { id, name }] of teams.entries()) {
    const bindings = await bindingsOf(ctx.db, organization.id, id);
    const given = statementsOfBindings(bindings, `team ${name}`);
    refuseExcess(organization, given, "a member of a team", `teamIds[${index}]`);
  }
}

export async function refuseMember(ctx: Context, organization: Membership, email: string): Promise<void> {
  const member = await findMemberByEmail(ctx.db, organization.id, email);
  if (!member) return;
  refuse("already_exists", `${email} is a member of ${organization.name} already. Change the role instead.`, [
    { path: "email", message: "is of a member" },
  ]);
}

async function store(
  ctx: Context,
  row: InvitationRow,
  mail: Parameters<typeof commit>[1]["statements"][number],
  changes: InvitationChange["receipt"]["changes"],
): Promise<number> {
  const { organizationId, role } = row;
  try {
    const [replaced = 0] = await commit(ctx, {
      organizationId,
      note: {
        action: "invitation.create",
        target: row.id,
        summary: `invited ${row.email}`,
        changes,
      },
      guards: isRole(role) ? [] : [{ name: "role", holds: roleExists(organizationId, role) }],
      quotas: ["pendingInvitations"],
      statements: [
        revokeInvitationsTo(ctx.db, organizationId, row.email, row.createdAt),
        insertInvitation(ctx.db, organizationId, row),
        mail,
      ],
    });
    return replaced;
  } catch (error) {
    if (!(error instanceof GuardFailed)) throw error;
    return refuse("conflict", "The role was deleted meanwhile. Choose another one.", [
      { path: "role", message: "is gone" },
    ]);
  }
}
