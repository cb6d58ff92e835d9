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
  async run(cli, { options }) {
    const { org, project, fleet } = cli.globals;
    const stored = await cli.profiles.read();
    if (stored === null)
      throw new Failure("notSignedIn", "There is no profile yet. Run `muster login` first.");
    let context = stored.context;
    if (options.clear) context = {};
    const wanted = { ...(options.clear ? {} : { org, project, fleet }) };
    if (wanted.org ?? wanted.project ?? wanted.fleet) {
      const base = { ...stored, context };
      const scope = createScope(cli.client, cli.globals, {}, async () => base);
      if (wanted.fleet !== undefined) {
        const chosen = await scope.fleet();
        context = { org: chosen.organizationId, project: chosen.projectId, fleet: chosen.id };
      } else if (wanted.project !== undefined) {
        const chosen = await scope.project();
        context = { org: chosen.organizationId, project: chosen.id };
      } else {
        context = { org: (await scope.organization()).id };
      }
    }
    if (context !== stored.context) {
      await cli.profiles.update((current) => (current === null ? null : { ...current, context }));
    }
    cli.output.result({ url: stored.url, ...context }, (style) =>
      facts(
        [
          ["server", stored.url],
          ["organization", context.org ?? "(not chosen)"],
          ["project", context.project ?? "(not chosen)"],
          ["fleet", context.fleet ?? "(not chosen)"],
        ],
        style,
      ),
    );
  },
});
