import { receiptAnswer } from "../../../protocol/api/members.ts";
import { page } from "../../../protocol/api/shared.ts";
import { team, teamChange } from "../../../protocol/api/teams.ts";
import { confirm } from "../../confirm.ts";
import { Failure } from "../../exit-codes.ts";
import { collect, showList } from "../../listing.ts";
import { clean } from "../../output.ts";
import { showDone } from "../../receipt.ts";
import { argument, command, option, paging, text, yesOption } from "../../spec.ts";
import { facts } from "../../table.ts";
import { findTeam } from "./find.ts";

export const teamArgument = argument("Id, slug or name", text, "team");

export const listTeams = command({
  name: "list",
  summary: "List the organization's teams",
  options: paging,
  examples: ["muster teams list"],
  answer: page(team),
  async run(cli, { options }) {
    const { id } = await cli.scope.organization();
    const list = await collect(await cli.client(), "GET /v1/orgs/{org}/teams", {
      path: { org: id },
      query: options,
    });
    showList(
      cli,
      list,
      [
        { title: "SLUG", value: (row) => row.slug },
        { title: "NAME", value: (row) => row.name, drop: 2 },
        { title: "MEMBERS", value: (row) => String(row.memberCount), align: "right" },
        { title: "ID", whole: true, value: (row) => row.id, drop: 1 },
      ],
      "No teams yet. Make one: muster teams create <name>",
    );
  },
});

export const getTeam = command({
  name: "get",
  summary: "Show one team",
  args: { team: teamArgument },
  examples: ["muster teams get payments"],
  answer: team,
  async run(cli, { args }) {
    const { id } = await cli.scope.organization();
    const found = await findTeam(cli, id, args.team);
    cli.output.result(found, (style) =>
      facts(
        [
          ["name", found.name],
          ["slug", found.slug],
          ["id", found.id],
          ["members", `${found.memberCount}  (muster teams members ${found.slug})`],
          ["created", found.createdAt],
        ],
        style,
      ),
    );
  },
});

const slugOption = option("--slug <slug>", "Its short name", text.optional());

export const createTeam = command({
  name: "create",
  summary: "Make a team",
  args: { name: argument("Its name", text) },
  options: { slug: slugOption },
  examples: ["muster teams create Payments"],
  answer: teamChange,
  async run(cli, { args, options }) {
    const { id } = await cli.scope.organization();
    const body = { name: args.name, slug: options.slug };
    showDone(cli, await (await cli.client()).call("POST /v1/orgs/{org}/teams", { path: { org: id }, body }));
  },
});

export const updateTeam = command({
  name: "update",
  summary: "Rename a team",
  args: { team: teamArgument },
  options: { name: option("--name <name>", "Its new name", text.optional()), slug: slugOption },
  examples: ['muster teams update payments --name "Payments EU"'],
  answer: teamChange,
  async run(cli, { args, options }) {
    if (options.name === undefined && options.slug === undefined) {
      throw new Failure("usage", "Nothing to change. Say what: --name or --slug.");
    }
    const { id } = await cli.scope.organization();
    const found = await findTeam(cli, id, args.team);
    showDone(
      cli,
      await (await cli.client()).call("PATCH /v1/teams/{team}", { path: { team: found.id }, body: options }),
    );
  },
});

export const deleteTeam = command({
  name: "delete",
  summary: "Delete a team",
  about: "Its people stay in the organization; what they may do only through the team ends at once.",
  args: { team: teamArgument },
  options: { yes: yesOption },
  examples: ["muster teams delete payments --yes"],
  answer: receiptAnswer,
  async run(cli, { args, options }) {
    const { id } = await cli.scope.organization();
    const found = await findTeam(cli, id, args.team);
    await confirm(cli, `Delete team ${clean(found.name)} of ${found.memberCount}?`, options.yes);
    showDone(cli, await (await cli.client()).call("DELETE /v1/teams/{team}", { path: { team: found.id } }));
  },
});
