import { type TwoFactorPolicy, twoFactorPolicy } from "../../../protocol/api/factors.ts";
import type { Cli } from "../../cli.ts";
import { confirm, provingOneself } from "../../confirm.ts";
import { Failure } from "../../exit-codes.ts";
import { clean } from "../../output.ts";
import { command, flag, yesOption } from "../../spec.ts";
import { facts } from "../../table.ts";

function showPolicy(cli: Cli, found: TwoFactorPolicy): void {
  cli.output.result(found, (style) =>
    facts(
      [
        ["second factor", found.requireTwoFactor ? "required of everybody" : "not required"],
        ["without one", String(found.membersWithout)],
        ["in the way", found.obstacle === null ? null : clean(found.obstacle)],
      ],
      style,
    ),
  );
}

export const twoFactorOfOrganization = command({
  name: "two-factor",
  summary: "Show or set whether people need a second factor in the organization",
  options: {
    require: flag("--require", "People without a second factor can do nothing in it"),
    relax: flag("--relax", "A password is enough again"),
    yes: yesOption,
  },
  examples: ["muster orgs two-factor", "muster orgs two-factor --require --yes"],
  answer: twoFactorPolicy,
  async run(cli, { options }) {
    if (options.require && options.relax) {
      throw new Failure("usage", "--require and --relax contradict each other. Give one of them.");
    }
    const { id } = await cli.scope.organization();
    const client = await cli.client();
    const found = await client.call("GET /v1/orgs/{org}/two-factor-policy", { path: { org: id } });
    if (!options.require && !options.relax) {
      showPolicy(cli, found);
      return;
    }
    const question = options.require
      ? `Ask a second factor of everybody? ${found.membersWithout} members have none and can do nothing until they do.`
      : "Let people in without a second factor?";
    await confirm(cli, question, options.yes);
    const body = { requireTwoFactor: options.require };
    showPolicy(
      cli,
      await provingOneself(cli, () =>
        client.call("PATCH /v1/orgs/{org}/two-factor-policy", { path: { org: id }, body }),
      ),
    );
  },
});
