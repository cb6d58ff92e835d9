import { type SsoPolicy, ssoPolicy } from "../../../protocol/api/sso.ts";
import type { Cli } from "../../cli.ts";
import { confirm, provingOneself } from "../../confirm.ts";
import { clean } from "../../output.ts";
import { command, yesOption } from "../../spec.ts";
import { facts } from "../../table.ts";

function showPolicy(cli: Cli, found: SsoPolicy): void {
  cli.output.result(found, (style) =>
    facts(
      [
        ["single sign-on", found.requireSso ? "required of everybody" : "not required"],
        ["in the way", found.obstacle === null ? null : clean(found.obstacle)],
      ],
      style,
    ),
  );
}

export const getPolicy = command({
  name: "policy",
  summary: "Show whether single sign-on is required, and what stands in the way of it",
  examples: ["muster sso policy"],
  answer: ssoPolicy,
  async run(cli) {
    const { id } = await cli.scope.organization();
    showPolicy(cli, await (await cli.client()).call("GET /v1/orgs/{org}/sso-policy", { path: { org: id } }));
  },
});

const set = (name: "require" | "relax", summary: string, about: string, question: string) =>
  command({
    name,
    summary,
    about,
    options: { yes: yesOption },
    examples: [`muster sso ${name}`, `muster sso ${name} --yes`],
    answer: ssoPolicy,
    async run(cli, { options }) {
      const { id } = await cli.scope.organization();
      await confirm(cli, question, options.yes);
      const client = await cli.client();
      const body = { requireSso: name === "require" };
      showPolicy(
        cli,
        await provingOneself(cli, () =>
          client.call("PATCH /v1/orgs/{org}/sso-policy", { path: { org: id }, body }),
        ),
      );
    },
  });

export const requireSso = set(
  "require",
  "Let everybody in by single sign-on only",
  "Needs an enabled connection with a verified domain, and a session of yours by it, or a second factor of an owner. Owners with a second factor always get in.",
  "Let everybody in by single sign-on only? Other sessions can do nothing here from then on.",
);
export const relaxSso = set(
  "relax",
  "Let people in by other ways than single sign-on again",
  "",
  "Let people in by password again?",
);
