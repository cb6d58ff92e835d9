import { z } from "zod";
import { Failure } from "../../exit-codes.ts";
import { argument, command, text } from "../../spec.ts";
import { findOrganization } from "./find.ts";

export const useOrganization = command({
  name: "use",
  summary: "Work in this organization from now on",
  about: "The same as `muster use --org`; a project or fleet that was chosen is forgotten.",
  args: { org: argument("Its id, slug or name", text, "organization") },
  examples: ["muster orgs use acme"],
  answer: z.object({ url: z.string(), org: z.string() }),
  async run(cli, { args }) {
    const stored = await cli.contexts.read();
    if (stored === null) {
      throw new Failure("notSignedIn", "There is no context yet. Run `muster login` first.");
    }
    const { id, slug } = await findOrganization(cli, args.org);
    await cli.contexts.update((current) => ({ ...current, choice: { org: id } }));
    const { org: before } = stored.choice;
    cli.output.result({ url: stored.url, org: id }, ({ color }) => {
      const undo = before === undefined || before === id ? "muster use --clear" : `muster orgs use ${before}`;
      return `${color.green("✓")} Working in ${slug}.\n  ${color.dim("undo:")} ${undo}`;
    });
  },
});
