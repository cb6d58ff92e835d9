import type { Project } from "../../../protocol/api/projects.ts";
import { project } from "../../../protocol/api/projects.ts";
import type { Cli } from "../../cli.ts";
import { createScope } from "../../scope.ts";
import { argument, command, text } from "../../spec.ts";
import { facts } from "../../table.ts";

export function showProject(cli: Cli, found: Project): void {
  cli.output.result(found, (style) =>
    facts(
      [
        ["name", found.name],
        ["slug", found.slug],
        ["id", found.id],
        ["organization", found.organizationId],
        ["created", found.createdAt],
      ],
      style,
    ),
  );
}

export const getProject = command({
  name: "get",
  summary: "Show one project",
  args: { project: argument("Id, slug or name; the chosen one when left out", text.optional(), "project") },
  examples: ["muster projects get shop"],
  answer: project,
  async run(cli, { args }) {
    const scope =
      args.project === undefined
        ? cli.scope
        : createScope(cli.client, { ...cli.globals, project: args.project }, cli.io.env, () =>
            cli.contexts.read(),
          );
    showProject(cli, await scope.project());
  },
});
