import { receiptAnswer } from "../../../protocol/api/members.ts";
import { page } from "../../../protocol/api/shared.ts";
import { addedTeamMember, teamMember } from "../../../protocol/api/teams.ts";
import { confirm } from "../../confirm.ts";
import { collect, showList } from "../../listing.ts";
import { clean } from "../../output.ts";
import { showDone } from "../../receipt.ts";
import { argument, command, paging, text, yesOption } from "../../spec.ts";
import { ago } from "../../time.ts";
import { findMember } from "../members/find.ts";
import { findTeam } from "./find.ts";
import { teamArgument } from "./teams.ts";

const memberArgument = argument("Id, e-mail address or name", text, "member");

export const listTeamMembers = command({
  name: "members",
  summary: "List who is in a team",
  args: { team: teamArgument },
  options: paging,
  examples: ["muster teams members payments"],
  answer: page(teamMember),
  async run(cli, { args, options }) {
    const { id } = await cli.scope.organization();
    const team = await findTeam(cli, id, args.team);
    const list = await collect(await cli.client(), "GET /v1/teams/{team}/members", {
      path: { team: team.id },
      query: options,
    });
    const now = cli.io.now();
    showList(
      cli,
      list,
      [
        { title: "E-MAIL", value: (row) => row.email },
        { title: "NAME", value: (row) => row.name ?? "", drop: 2 },
        { title: "FROM", value: (row) => (row.fromSso ? "single sign-on" : "here"), drop: 3 },
        { title: "SINCE", value: (row) => ago(row.addedAt, now), drop: 3 },
        { title: "ID", whole: true, value: (row) => row.userId, drop: 1 },
      ],
      `Nobody is in ${team.slug} yet. Add somebody: muster teams add ${team.slug} <email>`,
    );
  },
});

export const addMemberToTeam = command({
  name: "add",
  summary: "Put a member into a team",
  args: { team: teamArgument, member: memberArgument },
  examples: ["muster teams add payments ada@example.com"],
  answer: addedTeamMember,
  async run(cli, { args }) {
    const { id } = await cli.scope.organization();
    const team = await findTeam(cli, id, args.team);
    const { userId } = await findMember(cli, id, args.member);
    showDone(
      cli,
      await (await cli.client()).call("POST /v1/teams/{team}/members", {
        path: { team: team.id },
        body: { userId },
      }),
    );
  },
});

export const removeMemberFromTeam = command({
  name: "remove",
  summary: "Take somebody out of a team",
  args: { team: teamArgument, member: memberArgument },
  options: { yes: yesOption },
  examples: ["muster teams remove payments ada@example.com --yes"],
  answer: receiptAnswer,
  async run(cli, { args, options }) {
    const { id } = await cli.scope.organization();
    const team = await findTeam(cli, id, args.team);
    const { userId, email } = await findMember(cli, id, args.member);
    await confirm(cli, `Take ${clean(email)} out of ${clean(team.name)}?`, options.yes);
    showDone(
      cli,
      await (await cli.client()).call("DELETE /v1/teams/{team}/members/{user}", {
        path: { team: team.id, user: userId },
      }),
    );
  },
});
