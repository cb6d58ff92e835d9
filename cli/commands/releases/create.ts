import { release } from "../../../protocol/api/releases.ts";
import { command, option, text } from "../../spec.ts";
import { assignmentOptions, readAssignments } from "./assignments.ts";
import { showContents } from "./list.ts";

export const createRelease = command({
  name: "create",
  summary: "Freeze config versions and packages into a release without deploying it",
  about: "Other configs of the fleet's current release stay in it as they are, unless --only is given.",
  options: { ...assignmentOptions, message: option("-m, --message <text>", "Why", text.optional()) },
  examples: ["muster releases create --config greeting@3 --selector role=web"],
  answer: release,
  async run(cli, { options }) {
    const fleet = await cli.scope.fleet();
    const made = await (await cli.client()).call("POST /v1/fleets/{fleet}/releases", {
      path: { fleet: fleet.id },
      body: {
        ...(await readAssignments(cli, fleet, options)),
        message: options.message,
      },
    });
    cli.output.result(
      made,
      () =>
        `Made release ${made.number} of ${fleet.slug}: ${showContents(made)} (${made.id}).\nNext: muster deploy --fleet ${fleet.slug} --release ${made.number}`,
    );
  },
});
