import type { GlobalOption } from "./completion.ts";
import type { ArgumentSpec } from "./spec.ts";

/** Options that stand on every command; `muster --json agents list` and `muster agents list --json` are the same. */
export const globalOptions: readonly GlobalOption[] = [
  { flags: "--json", about: "Print one JSON document (streams: JSON lines) and nothing else" },
  {
    flags: "--context <context>",
    about: "The context to work in, instead of the current one (MUSTER_CONTEXT)",
    live: "context",
  },
  { flags: "--url <url>", about: "The Muster server (MUSTER_URL)" },
  { flags: "--org <org>", about: "Organization, by id, slug or name (MUSTER_ORG)", live: "organization" },
  { flags: "--project <project>", about: "Project, by id, slug or name (MUSTER_PROJECT)", live: "project" },
  { flags: "--fleet <fleet>", about: "Fleet, by id, slug or name (MUSTER_FLEET)", live: "fleet" },
];

/** `<name>`, `[name]`, `[name...]` */
export function argumentText(name: string, { optional, rest }: ArgumentSpec): string {
  const text = rest ? `${name}...` : name;
  return optional ? `[${text}]` : `<${text}>`;
}
