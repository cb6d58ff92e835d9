import { z } from "zod";
import { isId } from "../../../domain/ids.ts";
import {
  acceptedInvitation,
  type Invitation,
  invitation,
  invitationChange,
  invitationStatus,
} from "../../../protocol/api/invitations.ts";
import { page } from "../../../protocol/api/shared.ts";
import type { Cli } from "../../cli.ts";
import { confirm } from "../../confirm.ts";
import { Failure } from "../../exit-codes.ts";
import { readAll } from "../../io.ts";
import { collect, showList } from "../../listing.ts";
import { clean } from "../../output.ts";
import { showDone } from "../../receipt.ts";
import { argument, command, oneOf, option, paging, repeated, text, yesOption } from "../../spec.ts";
import { ago } from "../../time.ts";
import { findRole, optionalRole } from "../roles/find.ts";
import { findTeam } from "../teams/find.ts";

const invitationArgument = argument("Id or e-mail address", text);

/** By id, or the open (else the newest) one of an address. */
async function findInvitation(cli: Cli, wanted: string): Promise<Pick<Invitation, "id" | "email">> {
  if (isId("invitation", wanted)) return { id: wanted, email: wanted };
  const { id } = await cli.scope.organization();
  const { items } = await collect(await cli.client(), "GET /v1/orgs/{org}/invitations", {
    path: { org: id },
    query: {
      limit: 1000,
    },
  });
  const theirs = items.filter(({ email }) => email.toLowerCase() === wanted.toLowerCase());
  const found = theirs.find(({ status }) => status === "open") ?? theirs[0];
  if (found) return found;
  throw new Failure("notFound", `No invitation for "${wanted}". See: muster invitations list`);
}

export const listInvitations = command({
  name: "list",
  summary: "List the invitations to the organization",
  options: {
    ...paging,
    status: option(
      "--status <status>",
      `Only those that are ${invitationStatus.options.join(", ")}`,
      oneOf(invitationStatus.options as ["open", ...("expired" | "accepted" | "revoked")[]]).optional(),
    ),
  },
  examples: ["muster invitations list", "muster invitations list --status open"],
  answer: page(invitation),
  async run(cli, { options }) {
    const { id } = await cli.scope.organization();
    const list = await collect(await cli.client(), "GET /v1/orgs/{org}/invitations", {
      path: { org: id },
      query: options,
    });
    const now = cli.io.now();
    showList(
      cli,
      list,
      [
        { title: "E-MAIL", value: (row) => row.email },
        { title: "ROLE", value: (row) => row.roleName },
        { title: "STATUS", value: (row) => row.status },
        { title: "SENT", value: (row) => ago(row.sentAt, now), drop: 2 },
        { title: "ENDS", value: (row) => (row.status === "open" ? ago(row.expiresAt, now) : ""), drop: 3 },
        { title: "ID", whole: true, value: (row) => row.id, drop: 1 },
      ],
      "No invitations. Invite somebody: muster invitations create <email>",
    );
  },
});

export const createInvitation = command({
  name: "create",
  summary: "Invite a person by e-mail",
  about:
    "The link in the mail counts for seven days, once. An open invitation to the same address is replaced.",
  args: { email: argument("Their e-mail address", text) },
  options: {
    role: optionalRole("What they may do (default viewer)"),
    team: repeated(
      "--team <team>",
      "Put them into this team; repeatable",
      z.array(z.string()).default([]),
      "team",
    ),
  },
  examples: [
    "muster invitations create ada@example.com",
    "muster invitations create ada@example.com --role operator --team payments",
  ],
  answer: invitationChange,
  async run(cli, { args, options }) {
    const { id } = await cli.scope.organization();
    const teams = [];
    for (const wanted of options.team) teams.push(await findTeam(cli, id, wanted));
    const body = {
      email: args.email,
      role: options.role === undefined ? undefined : await findRole(cli, id, options.role),
      teamIds: teams.map((team) => team.id),
    };
    showDone(
      cli,
      await (await cli.client()).call("POST /v1/orgs/{org}/invitations", { path: { org: id }, body }),
    );
  },
});

export const resendInvitation = command({
  name: "resend",
  summary: "Send an invitation again, with a new link",
  about: "The link that was sent before counts no longer.",
  args: { invitation: invitationArgument },
  examples: ["muster invitations resend ada@example.com"],
  answer: invitationChange,
  async run(cli, { args }) {
    const { id } = await findInvitation(cli, args.invitation);
    showDone(
      cli,
      await (await cli.client()).call("POST /v1/invitations/{invitation}/resend", {
        path: { invitation: id },
      }),
    );
  },
});

export const revokeInvitation = command({
  name: "revoke",
  summary: "Take an invitation back",
  args: { invitation: invitationArgument },
  options: { yes: yesOption },
  examples: ["muster invitations revoke ada@example.com --yes"],
  answer: invitationChange,
  async run(cli, { args, options }) {
    const { id, email } = await findInvitation(cli, args.invitation);
    await confirm(cli, `Take the invitation of ${clean(email)} back?`, options.yes);
    showDone(
      cli,
      await (await cli.client()).call("POST /v1/invitations/{invitation}/revoke", {
        path: { invitation: id },
      }),
    );
  },
});

/** The token, from the link of the mail or by itself. */
function tokenOf(given: string): string {
  if (!URL.canParse(given)) return given;
  const url = new URL(given);
  return url.searchParams.get("token") ?? new URLSearchParams(url.hash.slice(1)).get("token") ?? given;
}

export const acceptInvitation = command({
  name: "accept",
  summary: "Join an organization by the link of an invitation",
  about:
    "You must be signed in with the address that was invited. Who has no account yet opens the link in a browser.",
  args: { link: argument("The link of the mail, or the token in it; - reads standard input", text) },
  options: { yes: yesOption },
  examples: [
    "muster invitations accept 'https://muster.example/invitation#token=…'",
    "muster invitations accept - --yes",
  ],
  answer: acceptedInvitation,
  async run(cli, { args, options }) {
    const token = tokenOf((args.link === "-" ? await readAll(cli.io.stdin) : args.link).trim());
    const client = await cli.client();
    const shown = await client.call("POST /v1/invitations/preview", { body: { token } });
    await confirm(
      cli,
      `Join ${clean(shown.organizationName)} as ${clean(shown.roleName)}, invited by ${clean(shown.invitedByName)}?`,
      options.yes,
    );
    showDone(cli, await client.call("POST /v1/invitations/accept", { body: { token } }));
  },
});
