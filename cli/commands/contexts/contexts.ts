import { z } from "zod";
import { confirm } from "../../confirm.ts";
import { type Context, contextNamed } from "../../contexts.ts";
import { Failure } from "../../exit-codes.ts";
import { showList } from "../../listing.ts";
import { argument, command, text, yesOption } from "../../spec.ts";
import { contextName } from "./name.ts";

const listed = z.object({
  name: z.string(),
  current: z.boolean(),
  url: z.string(),
  signedInAs: z.string().nullable(),
  org: z.string().nullable(),
  project: z.string().nullable(),
  fleet: z.string().nullable(),
});

function describe(name: string, current: boolean, { url, credential, choice }: Context) {
  const signedInAs =
    credential === null ? null : credential.kind === "session" ? credential.email : "an API key";
  const { org = null, project = null, fleet = null } = choice;
  return { name, current, url, signedInAs, org, project, fleet };
}

export const listContexts = command({
  name: "list",
  summary: "List the contexts: servers that you have signed in to",
  about:
    "Credentials are never shown. The current one is marked; --context and MUSTER_CONTEXT choose another.",
  examples: ["muster contexts", "muster contexts list --json"],
  answer: z.object({ items: z.array(listed), nextCursor: z.null() }),
  async run(cli) {
    const { current, contexts } = await cli.contexts.all();
    const items = Object.entries(contexts).map(([name, context]) =>
      describe(name, name === current, context),
    );
    showList(
      cli,
      { items, nextCursor: null },
      [
        { title: "", value: (row) => (row.current ? "*" : "") },
        { title: "NAME", value: (row) => row.name },
        { title: "SERVER", value: (row) => row.url },
        { title: "SIGNED IN AS", value: (row) => row.signedInAs ?? "nobody" },
        { title: "ORGANIZATION", value: (row) => row.org ?? "", drop: 1 },
      ],
      "No contexts yet. Make one: muster login --url <url>",
    );
  },
});

export const useContext = command({
  name: "use",
  summary: "Make a context the current one",
  args: { context: argument("Its name", text, "context") },
  examples: ["muster contexts use staging"],
  answer: listed,
  async run(cli, { args }) {
    let before: string | null = null;
    await cli.contexts.change((all) => {
      contextNamed(all, args.context);
      before = all.current;
      return { ...all, current: args.context };
    });
    const now = describe(args.context, true, contextNamed(await cli.contexts.all(), args.context));
    cli.output.result(now, ({ color }) => {
      const undo =
        before === null || before === args.context
          ? ""
          : `\n  ${color.dim("undo:")} muster contexts use ${before}`;
      return `${color.green("✓")} Now in ${now.name} (${now.url}, as ${now.signedInAs ?? "nobody"}).${undo}`;
    });
  },
});

export const renameContext = command({
  name: "rename",
  summary: "Give a context another name",
  args: { context: argument("Its name", text, "context"), name: argument("The new one", text) },
  examples: ["muster contexts rename muster.example production"],
  answer: listed,
  async run(cli, { args }) {
    const name = contextName(args.name);
    await cli.contexts.change((all) => {
      const found = contextNamed(all, args.context);
      if (name !== args.context && all.contexts[name] !== undefined) {
        throw new Failure("conflict", `There is a context "${name}" already. Choose another name.`);
      }
      const { [args.context]: _, ...others } = all.contexts;
      const current = all.current === args.context ? name : all.current;
      return { ...all, current, contexts: { ...others, [name]: found } };
    });
    const stored = await cli.contexts.all();
    const now = describe(name, stored.current === name, contextNamed(stored, name));
    cli.output.result(
      now,
      ({ color }) =>
        `${color.green("✓")} ${args.context} is called ${name} now.\n  ${color.dim("undo:")} muster contexts rename ${name} ${args.context}`,
    );
  },
});

export const deleteContext = command({
  name: "delete",
  summary: "Forget a context and its credential",
  about:
    "The session at the server is not ended: run `muster logout` first for that. Where the current one is deleted, none is current.",
  args: { context: argument("Its name", text, "context") },
  options: { yes: yesOption },
  examples: ["muster contexts delete staging --yes"],
  answer: z.object({ deleted: z.string(), current: z.string().nullable() }),
  async run(cli, { args, options }) {
    contextNamed(await cli.contexts.all(), args.context);
    await confirm(cli, `Forget context ${args.context} and its credential?`, options.yes);
    let current: string | null = null;
    await cli.contexts.change((all) => {
      contextNamed(all, args.context);
      const { [args.context]: _, ...contexts } = all.contexts;
      current = all.current === args.context ? null : all.current;
      return { ...all, current, contexts };
    });
    cli.output.result(
      { deleted: args.context, current },
      ({ color }) => `${color.green("✓")} Forgot context ${args.context}.`,
    );
  },
});
