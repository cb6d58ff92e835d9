import { stringify } from "yaml";
import { roleSummaries, roles } from "../../../domain/tenancy/roles.ts";
import { receiptAnswer } from "../../../protocol/api/members.ts";
import { createRoleBody, type Role, role, roleChange, updateRoleBody } from "../../../protocol/api/roles.ts";
import { page } from "../../../protocol/api/shared.ts";
import { readBody } from "../../body-file.ts";
import { confirm } from "../../confirm.ts";
import { collect, showList } from "../../listing.ts";
import { clean } from "../../output.ts";
import { showDone } from "../../receipt.ts";
import { argument, command, option, paging, text, yesOption } from "../../spec.ts";
import { findOwnRole } from "./find.ts";

const roleArgument = argument("Id or name of one of the organization's own roles", text, "role");

export const listRoles = command({
  name: "list",
  summary: "List the organization's own roles",
  about: `Every organization also has: ${roles.map((name) => `${name} (${roleSummaries[name].replace(/\.$/, "")})`).join("; ")}.`,
  options: paging,
  examples: ["muster roles list"],
  answer: page(role),
  async run(cli, { options }) {
    const { id } = await cli.scope.organization();
    const list = await collect(await cli.client(), "GET /v1/orgs/{org}/roles", {
      path: { org: id },
      query: options,
    });
    showList(
      cli,
      list,
      [
        { title: "NAME", value: (row) => row.name },
        { title: "DESCRIPTION", value: (row) => row.description, drop: 2 },
        { title: "STATEMENTS", value: (row) => String(row.statements.length), align: "right" },
        { title: "ID", whole: true, value: (row) => row.id, drop: 1 },
      ],
      `No roles of its own yet; every organization has ${roles.join(", ")}. Make one: muster roles create -f <file>`,
    );
  },
});

/** As a file that `create -f` and `update -f` take. */
const asFile = ({ name, description, statements }: Role) => stringify({ name, description, statements });

export const getRole = command({
  name: "get",
  summary: "Show one of the organization's own roles, as a file for `update -f`",
  args: { role: roleArgument },
  examples: ["muster roles get deployer", "muster roles get deployer > deployer.yaml"],
  answer: role,
  async run(cli, { args }) {
    const { id } = await cli.scope.organization();
    const found = await findOwnRole(cli, id, args.role);
    cli.output.result(found, () => clean(asFile(found)));
  },
});

const fileOption = option("-f, --file <file>", "YAML or JSON; - reads standard input", text);

export const createRole = command({
  name: "create",
  summary: "Make a role of the organization's own from a file",
  about: "How the file is written: muster help role-file. Nobody gives more than they have.",
  options: { file: fileOption },
  examples: ["muster roles create -f deployer.yaml", "muster roles create -f - < deployer.yaml"],
  answer: roleChange,
  async run(cli, { options }) {
    const body = await readBody(cli, options.file, createRoleBody, "role-file");
    const { id } = await cli.scope.organization();
    showDone(cli, await (await cli.client()).call("POST /v1/orgs/{org}/roles", { path: { org: id }, body }));
  },
});

export const updateRole = command({
  name: "update",
  summary: "Change a role by a file; its statements are replaced whole",
  about: "Refused (exit 5) when somebody else has changed the role since it was read.",
  args: { role: roleArgument },
  options: { file: fileOption },
  examples: ["muster roles update deployer -f deployer.yaml"],
  answer: roleChange,
  async run(cli, { args, options }) {
    const body = await readBody(cli, options.file, updateRoleBody, "role-file");
    const { id } = await cli.scope.organization();
    const found = await findOwnRole(cli, id, args.role);
    showDone(
      cli,
      await (await cli.client()).call("PATCH /v1/roles/{role}", {
        path: { role: found.id },
        body,
        ifMatch: `"${found.version}"`,
      }),
    );
  },
});

export const deleteRole = command({
  name: "delete",
  summary: "Delete one of the organization's own roles",
  about: "Refused (exit 5) while somebody has it.",
  args: { role: roleArgument },
  options: { yes: yesOption },
  examples: ["muster roles delete deployer --yes"],
  answer: receiptAnswer,
  async run(cli, { args, options }) {
    const { id } = await cli.scope.organization();
    const found = await findOwnRole(cli, id, args.role);
    await confirm(cli, `Delete role ${clean(found.name)}?`, options.yes);
    showDone(cli, await (await cli.client()).call("DELETE /v1/roles/{role}", { path: { role: found.id } }));
  },
});
