import { type OrganizationDetail, organizationDetail } from "../../../protocol/api/organizations.ts";
import type { Style } from "../../output.ts";
import { command } from "../../spec.ts";
import { facts } from "../../table.ts";
import { findOrganization, orgArgument } from "./find.ts";

export function showOrganization(found: OrganizationDetail, style: Style): string {
  const asked = [
    ...(found.requireSso ? ["single sign-on"] : []),
    ...(found.requireTwoFactor ? ["a second factor"] : []),
  ];
  return facts(
    [
      ["name", found.name],
      ["slug", found.slug],
      ["id", found.id],
      ["plan", found.plan],
      ["your role", found.roleName],
      ["asks for", asked.length > 0 ? asked.join(" and ") : null],
      ["created", found.createdAt],
      ["deleted", found.deletedAt],
      ["erased after", found.erasedAfter],
    ],
    style,
  );
}

export const getOrganization = command({
  name: "get",
  summary: "Show one organization",
  args: { org: orgArgument },
  examples: ["muster orgs get", "muster orgs get acme --json"],
  answer: organizationDetail,
  async run(cli, { args }) {
    const { id } = await findOrganization(cli, args.org);
    const found = await (await cli.client()).call("GET /v1/orgs/{org}", { path: { org: id } });
    cli.output.result(found, (style) => showOrganization(found, style));
  },
});
