import { isId } from "../../../domain/ids.ts";
import { receiptAnswer } from "../../../protocol/api/members.ts";
import { binding, bindingChange } from "../../../protocol/api/roles.ts";
import { page } from "../../../protocol/api/shared.ts";
import { readScope, scopeOption, showScope } from "../../access-scope.ts";
import type { Cli } from "../../cli.ts";
import { confirm } from "../../confirm.ts";
import { Failure } from "../../exit-codes.ts";
import { collect, showList } from "../../listing.ts";
import { showDone } from "../../receipt.ts";
import { argument, command, option, paging, text, yesOption } from "../../spec.ts";
import { findMember } from "../members/find.ts";
import { findRole, roleOption } from "../roles/find.ts";
import { findServiceAccount } from "../service-accounts/find.ts";
import { findTeam } from "../teams/find.ts";

const subjectText = "A member's e-mail address, team:<name>, service-account:<name>, or an id";

async function findSubject(cli: Cli, organizationId: string, wanted: string): Promise<string> {
  if (isId("user", wanted) || isId("team", wanted) || isId("serviceAccount", wanted)) return wanted;
  const colon = wanted.indexOf(":");
  const name = wanted.slice(colon + 1);
  switch (wanted.slice(0, Math.max(colon, 0))) {
    case "team":
      return (await findTeam(cli, organizationId, name)).id;
    case "service-account":
      return (await findServiceAccount(cli, organizationId, name)).id;
    case "":
      return (await findMember(cli, organizationId, wanted)).userId;
    default:
      throw new Failure("usage", `"${wanted}" names nobody. ${subjectText}.`);
  }
}

export const listBindings = command({
  name: "list",
  summary: "List who has which role where, beside the role of the membership",
  options: {
    ...paging,
    subject: option("--subject <subject>", subjectText, text.optional(), "member"),
    role: option("--role <role>", "Only those of this role", text.optional(), "role"),
  },
  examples: ["muster bindings list", "muster bindings list --subject team:payments"],
  answer: page(binding),
  async run(cli, { options: { subject, role, ...query } }) {
    const { id } = await cli.scope.organization();
    const list = await collect(await cli.client(), "GET /v1/orgs/{org}/bindings", {
      path: { org: id },
      query: {
        ...query,
        subject: subject === undefined ? undefined : await findSubject(cli, id, subject),
        role: role === undefined ? undefined : await findRole(cli, id, role),
      },
    });
    showList(
      cli,
      list,
      [
        { title: "WHO", value: (row) => row.subjectName },
        { title: "ROLE", value: (row) => row.roleName },
        { title: "WHERE", value: (row) => showScope(row.scope) },
        { title: "FROM", value: (row) => (row.fromSso ? "single sign-on" : "here"), drop: 2 },
        { title: "ID", whole: true, value: (row) => row.id, drop: 1 },
      ],
      "No bindings yet. Make one: muster bindings create --subject <subject> --role <role> --scope <scope>",
    );
  },
});

export const addBinding = command({
  name: "create",
  aliases: ["add"],
  summary: "Give somebody a role, everywhere or within a scope",
  options: {
    subject: option("--subject <subject>", subjectText, text, "member"),
    role: roleOption("What they may do"),
    scope: scopeOption,
  },
  examples: [
    "muster bindings create --subject team:payments --role operator --scope project:shop",
    "muster bindings create --subject ada@example.com --role deployer --scope environment:shop/production",
    "muster bindings create --subject service-account:ci --role restarter --scope agents:role=web",
  ],
  answer: bindingChange,
  async run(cli, { options }) {
    const { id } = await cli.scope.organization();
    const body = {
      subject: await findSubject(cli, id, options.subject),
      role: await findRole(cli, id, options.role),
      scope: await readScope(cli, options.scope),
    };
    showDone(
      cli,
      await (await cli.client()).call("POST /v1/orgs/{org}/bindings", { path: { org: id }, body }),
    );
  },
});

export const removeBinding = command({
  name: "delete",
  aliases: ["remove"],
  summary: "Take a role that was given away again",
  args: { binding: argument("Its id; see `muster bindings list`", text) },
  options: { yes: yesOption },
  examples: ["muster bindings delete bnd_01JD0000000000000000000000 --yes"],
  answer: receiptAnswer,
  async run(cli, { args, options }) {
    if (!isId("binding", args.binding)) {
      throw new Failure(
        "usage",
        `"${args.binding}" is not a binding's id (bnd_…). See: muster bindings list`,
      );
    }
    await confirm(cli, `Take ${args.binding} away?`, options.yes);
    showDone(
      cli,
      await (await cli.client()).call("DELETE /v1/bindings/{binding}", { path: { binding: args.binding } }),
    );
  },
});
