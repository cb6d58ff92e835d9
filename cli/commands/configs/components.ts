import { componentRoles } from "../../../domain/configs/facts.ts";
import { type CollectorComponent, collectorComponent } from "../../../protocol/api/collector.ts";
import { page } from "../../../protocol/api/shared.ts";
import { Failure } from "../../exit-codes.ts";
import { showList } from "../../listing.ts";
import type { Style } from "../../output.ts";
import { argument, command, oneOf, option, text } from "../../spec.ts";

export const listCollectorComponents = command({
  name: "components",
  summary: "List the collector's components, or show the settings of one",
  about:
    "These are the components of the OpenTelemetry Collector whose settings are checked key by key. " +
    "With --fleet each says how many of that fleet's agents have it.",
  args: { type: argument("One type, such as otlp; shows its settings", text.optional()) },
  options: {
    role: option("--role <role>", `Only: ${componentRoles.join(", ")}`, oneOf(componentRoles).optional()),
  },
  examples: [
    "muster configs components --role exporter",
    "muster configs components tail_sampling",
    "muster configs components --fleet edge",
  ],
  answer: page(collectorComponent),
  async run(cli, { args, options }) {
    const fleet = cli.globals.fleet === undefined ? undefined : (await cli.scope.fleet()).id;
    const found = await (await cli.client()).call("GET /v1/collector-components", {
      query: { role: options.role, type: args.type, fleet },
    });
    if (args.type !== undefined) {
      if (found.items.length === 0) {
        throw new Failure(
          "notFound",
          `No component "${args.type}" is described here. See: muster configs components`,
        );
      }
      cli.output.result(found, (style) => found.items.map((one) => showComponent(one, style)).join("\n\n"));
      return;
    }
    showList(
      cli,
      found,
      [
        { title: "ROLE", value: (row) => row.role },
        { title: "TYPE", whole: true, value: (row) => row.type },
        { title: "SIGNALS", value: signalsOf, drop: 2 },
        ...(fleet === undefined
          ? []
          : [
              {
                title: "AGENTS",
                value: (row: CollectorComponent) => (row.agents === null ? "not known" : String(row.agents)),
              },
            ]),
        { title: "WHAT IT DOES", value: (row) => row.summary, drop: 1 },
      ],
      "This server describes no components.",
    );
  },
});

function signalsOf({ signals, connects }: CollectorComponent): string {
  if (connects.length > 0) return connects.map(({ from, to }) => `${from} to ${to}`).join(", ");
  return signals.length > 0 ? signals.join(", ") : "none";
}

/** What the API says of one setting, as far as it is printed. */
interface Setting {
  type?: string | string[];
  title?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  deprecated?: boolean;
  properties?: Record<string, Setting>;
  required?: string[];
  items?: Setting;
}

function showComponent(component: CollectorComponent, style: Style): string {
  const head = `${style.color.bold(`${component.role} ${component.type}`)}: ${component.summary}`;
  const agents = component.agents === null ? [] : [`agents of the fleet that have it: ${component.agents}`];
  // A schema of the server's own making: `domain/configs/collector/schema.ts`.
  const lines = showSettings(component.schema as Setting, "  ");
  const example = component.example
    .trimEnd()
    .split("\n")
    .map((line) => `  ${line}`);
  return [
    head,
    `signals: ${signalsOf(component)}`,
    ...agents,
    `documentation: ${component.documentation}`,
    "",
    "settings:",
    ...lines,
    "",
    "example:",
    ...example,
  ].join("\n");
}

function showSettings(schema: Setting, indent: string): string[] {
  const required = new Set(schema.required);
  return Object.entries(schema.properties ?? {}).flatMap(([name, setting]) => {
    if (setting.deprecated) return [];
    const notes = [
      required.has(name) ? "required" : "",
      setting.enum ? `one of ${setting.enum.filter((one) => one !== "").join(", ")}` : "",
      setting.default === undefined ? "" : `default ${JSON.stringify(setting.default)}`,
    ].filter((note) => note !== "");
    const about = [setting.description ?? "", notes.length > 0 ? `(${notes.join("; ")})` : ""]
      .join(" ")
      .trim();
    return [
      `${indent}${name}: ${about}`.trimEnd(),
      ...showSettings(setting, `${indent}  `),
      ...(setting.items ? showSettings(setting.items, `${indent}  - `) : []),
    ];
  });
}
