import { roles } from "../../../domain/tenancy/roles.ts";
import { receiptAnswer } from "../../../protocol/api/members.ts";
import type { Body } from "../../../protocol/client/index.ts";
import { confirm, provingOneself } from "../../confirm.ts";
import { clean } from "../../output.ts";
import { showDone } from "../../receipt.ts";
import { argument, command, oneOf, option, text, yesOption } from "../../spec.ts";
import { findMember } from "../members/find.ts";
import { findOrganization, orgArgument } from "./find.ts";

export const leaveOrganization = command({
  name: "leave",
  summary: "Leave an organization",
  about: "Your keys in it end too. Its last owner cannot leave: transfer it first, or delete it.",
  args: { org: orgArgument },
  options: { yes: yesOption },
  examples: ["muster orgs leave acme", "muster orgs leave acme --yes"],
  answer: receiptAnswer,
  async run(cli, { args, options }) {
    const { id, name } = await findOrganization(cli, args.org);
    await confirm(cli, `Leave ${clean(name)}? Only an invitation brings you back.`, options.yes);
    showDone(cli, await (await cli.client()).call("POST /v1/orgs/{org}/leave", { path: { org: id } }));
  },
});

const roleAfterwards = roles.filter((role) => role !== "owner") as [string, ...string[]];

export const transferOrganization = command({
  name: "transfer",
  summary: "Make another member the owner in your place",
  args: { member: argument("Id or e-mail address", text, "member") },
  options: {
    afterwards: option(
      "--afterwards <role>",
      `What you are afterwards: ${roleAfterwards.join(", ")} (default admin)`,
      oneOf(roleAfterwards).optional(),
    ),
    yes: yesOption,
  },
  examples: [
    "muster orgs transfer grace@example.com",
    "muster orgs transfer grace@example.com --afterwards viewer --yes",
  ],
  answer: receiptAnswer,
  async run(cli, { args, options }) {
    const { id, name } = await cli.scope.organization();
    const member = await findMember(cli, id, args.member);
    await confirm(cli, `Make ${clean(member.email)} owner of ${clean(name)} in your place?`, options.yes);
    const client = await cli.client();
    const body = { member: member.userId, thenRole: options.afterwards };
    const done = await provingOneself(cli, () =>
      client.call("POST /v1/orgs/{org}/transfer", {
        path: { org: id },
        // The server names the roles that there are, where this is none.
        body: body as Body<"POST /v1/orgs/{org}/transfer">,
      }),
    );
    showDone(cli, done);
  },
});
