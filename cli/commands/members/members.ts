import { effectivePermissions, verdict } from "../../../protocol/api/access.ts";
import { member, memberChange, receiptAnswer } from "../../../protocol/api/members.ts";
import { page } from "../../../protocol/api/shared.ts";
import { placeOption, readPlace } from "../../access-scope.ts";
import { confirm } from "../../confirm.ts";
import { collect, showList } from "../../listing.ts";
import { clean } from "../../output.ts";
import { showDone } from "../../receipt.ts";
import { argument, command, oneOf, option, paging, text, yesOption } from "../../spec.ts";
import { facts } from "../../table.ts";
import { ago } from "../../time.ts";
import { showPermissions } from "../access/show.ts";
import { findRole, roleOption } from "../roles/find.ts";
import { findMember } from "./find.ts";

const memberArgument = argument("Id, e-mail address or name", text, "member");

export const listMembers = command({
  name: "list",
  summary: "List the people of the organization",
  options: {
    ...paging,
    search: option("-q, --search <text>", "Part of the name or e-mail address", text.optional()),
    role: option("--role <role>", "Only those with this role", text.optional(), "role"),
  },
  examples: ["muster members list", "muster members list --role admin", "muster members list -q ada"],
  answer: page(member),
  async run(cli, { options: { search, role, ...query } }) {
    const { id } = await cli.scope.organization();
    const list = await collect(await cli.client(), "GET /v1/orgs/{org}/members", {
      path: { org: id },
      query: {
        ...query,
        q: search,
        role: role === undefined ? undefined : await findRole(cli, id, role),
      },
    });
    const now = cli.io.now();
    showList(
      cli,
      list,
      [
        { title: "E-MAIL", value: (row) => row.email },
        { title: "NAME", value: (row) => row.name ?? "", drop: 3 },
        { title: "ROLE", value: (row) => row.roleName },
        { title: "TEAMS", value: (row) => row.teams.map((team) => team.name).join(", "), drop: 2 },
        { title: "2ND FACTOR", value: (row) => (row.twoFactor ? "yes" : "no"), drop: 4 },
        { title: "JOINED", value: (row) => ago(row.joinedAt, now), drop: 5 },
        { title: "ID", whole: true, value: (row) => row.userId, drop: 1 },
      ],
      "Nobody fits. Invite somebody: muster invitations create <email>",
    );
  },
});

export const getMember = command({
  name: "get",
  summary: "Show one member",
  args: { member: memberArgument },
  examples: ["muster members get ada@example.com"],
  answer: member,
  async run(cli, { args }) {
    const { id } = await cli.scope.organization();
    const found = await findMember(cli, id, args.member);
    cli.output.result(found, (style) =>
      facts(
        [
          ["e-mail", found.email],
          ["name", found.name],
          ["id", found.userId],
          ["role", found.roleName],
          ["teams", found.teams.map((team) => team.name).join(", ") || "none"],
          ["second factor", found.twoFactor ? "yes" : "no"],
          ["joined", found.joinedAt],
        ],
        style,
      ),
    );
  },
});

export const updateMember = command({
  name: "update",
  summary: "Change a member's role",
  about: "Nobody gives more than they have, and the last owner stays one.",
  args: { member: memberArgument },
  options: { role: roleOption("The new one") },
  examples: ["muster members update ada@example.com --role operator"],
  answer: memberChange,
  async run(cli, { args, options }) {
    const { id } = await cli.scope.organization();
    const found = await findMember(cli, id, args.member);
    const role = await findRole(cli, id, options.role);
    showDone(
      cli,
      await (await cli.client()).call("PATCH /v1/orgs/{org}/members/{user}", {
        path: { org: id, user: found.userId },
        body: { role },
      }),
    );
  },
});

export const removeMember = command({
  name: "remove",
  summary: "Take a person out of the organization",
  about: "Their sessions here, team memberships, roles and keys end at once.",
  args: { member: memberArgument },
  options: { yes: yesOption },
  examples: ["muster members remove ada@example.com", "muster members remove ada@example.com --yes"],
  answer: receiptAnswer,
  async run(cli, { args, options }) {
    const { id, name } = await cli.scope.organization();
    const found = await findMember(cli, id, args.member);
    await confirm(cli, `Take ${clean(found.email)} out of ${clean(name)}?`, options.yes);
    showDone(
      cli,
      await (await cli.client()).call("DELETE /v1/orgs/{org}/members/{user}", {
        path: { org: id, user: found.userId },
      }),
    );
  },
});

export const memberPermissions = command({
  name: "permissions",
  summary: "Show what a member may do, here or at a place, and where it comes from",
  args: { member: argument("Id, e-mail address or name; yourself when left out", text.optional(), "member") },
  options: {
    at: placeOption,
    verdict: option(
      "--verdict <verdict>",
      `Only those: ${verdict.options.join(", ")}`,
      oneOf(verdict.options as ["allow", "partly", "deny"]).optional(),
    ),
  },
  examples: [
    "muster members permissions",
    "muster members permissions ada@example.com --at environment:shop/production",
    "muster members permissions ada@example.com --verdict deny",
  ],
  answer: effectivePermissions,
  async run(cli, { args, options }) {
    const { id } = await cli.scope.organization();
    const client = await cli.client();
    const place = await readPlace(cli, options.at);
    const found =
      args.member === undefined
        ? await client.call("GET /v1/me/permissions", { query: { org: id, ...place } })
        : await client.call("GET /v1/orgs/{org}/members/{user}/permissions", {
            path: { org: id, user: (await findMember(cli, id, args.member)).userId },
            query: place,
          });
    const wanted = found.permissions.filter(
      (one) => options.verdict === undefined || one.verdict === options.verdict,
    );
    const shown = { ...found, permissions: wanted };
    cli.output.result(shown, (style) => showPermissions(shown, style));
  },
});
