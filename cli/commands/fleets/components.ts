import { fleetComponents } from "../../../protocol/api/collector.ts";
import { argument, command, option, text } from "../../spec.ts";
import { table } from "../../table.ts";
import { findFleet } from "./find.ts";

export const showFleetComponents = command({
  name: "components",
  summary: "Count the versions and components that the fleet's agents report",
  about:
    "Collectors say which receivers, processors and exporters they were built with; configs can be checked against it.",
  args: { fleet: argument("Id, slug or name; the chosen one when left out", text.optional(), "fleet") },
  options: { selector: option("--selector <selector>", "Only agents whose labels match", text.optional()) },
  examples: ["muster fleets components", "muster fleets components edge --selector role=gateway"],
  answer: fleetComponents,
  async run(cli, { args, options }) {
    const { id } = await findFleet(cli, args.fleet);
    const found = await (await cli.client()).call("GET /v1/fleets/{fleet}/components", {
      path: { fleet: id },
      query: { selector: options.selector },
    });
    cli.output.result(found, (style) =>
      [
        `${found.reporting} of ${found.agents} agents report their components.`,
        ...(found.versions.length === 0
          ? []
          : [
              "",
              table(
                found.versions,
                [
                  { title: "VERSION", value: (row) => row.version },
                  { title: "AGENTS", value: (row) => String(row.agents), align: "right" },
                ],
                style,
              ),
            ]),
        ...(found.components.length === 0
          ? []
          : [
              "",
              table(
                found.components,
                [
                  { title: "ROLE", value: (row) => row.role },
                  { title: "COMPONENT", value: (row) => row.type },
                  { title: "AGENTS", value: (row) => String(row.agents), align: "right" },
                ],
                style,
              ),
            ]),
      ].join("\n"),
    );
  },
});
