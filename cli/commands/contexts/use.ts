import { z } from "zod";
import { Failure } from "../../exit-codes.ts";
import { createScope } from "../../scope.ts";
import { command, flag } from "../../spec.ts";
import { facts } from "../../table.ts";

export const use = command({
  name: "use",
  summary: "Choose the organization, project and fleet that commands are about",
  about: "Without options it shows the choice. A wider choice forgets the narrower ones.",
  options: { clear: flag("--clear", "Forget the choice") },
  examples: ["muster use --org acme --project shop --fleet web", "muster use", "muster use --clear"],
  answer: z.object({
    url: z.string(),
    org: z.string().optional(),
    project: z.string().optional(),
    fleet: z.string().optional(),
  }),
  async run(cli, { options }) {
    const { org, project, fleet } = cli.globals;
    const stored = await cli.contexts.read();
    if (stored === null) {
      throw new Failure("notSignedIn", "There is no context yet. Run `muster login` first.");
    }
    let choice = options.clear ? {} : stored.choice;
    const wanted = { ...(options.clear ? {} : { org, project, fleet }) };
    if (wanted.org ?? wanted.project ?? wanted.fleet) {
      const base = { ...stored, choice };
      const scope = createScope(cli.client, cli.globals, {}, async () => base);
      if (wanted.fleet !== undefined) {
        const chosen = await scope.fleet();
        choice = { org: chosen.organizationId, project: chosen.projectId, fleet: chosen.id };
      } else if (wanted.project !== undefined) {
        const chosen = await scope.project();
        choice = { org: chosen.organizationId, project: chosen.id };
      } else {
        choice = { org: (await scope.organization()).id };
      }
    }
    if (choice !== stored.choice) await cli.contexts.update((current) => ({ ...current, choice }));
    cli.output.result({ url: stored.url, ...choice }, (style) =>
      facts(
        [
          ["server", stored.url],
          ["organization", choice.org ?? "(not chosen)"],
          ["project", choice.project ?? "(not chosen)"],
          ["fleet", choice.fleet ?? "(not chosen)"],
        ],
        style,
      ),
    );
  },
});
