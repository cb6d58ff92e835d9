import { release } from "../../../protocol/api/releases.ts";
import type { Release } from "../../../protocol/api/rollouts.ts";
import { page } from "../../../protocol/api/shared.ts";
import { collect, showList } from "../../listing.ts";
import { command, paging } from "../../spec.ts";
import { ago } from "../../time.ts";

const forWhom = (selector: string) => (selector ? ` (${selector})` : "");

/** "greeting@3 (role=web), package otelcol@0.110.0". */
export const showContents = ({ assignments, packages }: Release) =>
  [
    ...assignments.map(({ configName, version, selector }) => `${configName}@${version}${forWhom(selector)}`),
    ...packages.map(({ name, version, selector }) => `package ${name}@${version}${forWhom(selector)}`),
  ].join(", ");

export const listReleases = command({
  name: "list",
  summary: "List the fleet's releases, newest first",
  options: paging,
  examples: ["muster releases list --fleet web"],
  answer: page(release),
  async run(cli, { options }) {
    const { id } = await cli.scope.fleet();
    const list = await collect(await cli.client(), "GET /v1/fleets/{fleet}/releases", {
      path: { fleet: id },
      query: options,
    });
    showList(
      cli,
      list,
      [
        { title: "RELEASE", value: (row) => String(row.number), align: "right" },
        { title: "CONTENTS", value: showContents },
        { title: "CREATED", value: (row) => ago(row.createdAt, cli.io.now()) },
        { title: "AUTHOR", value: (row) => row.author, drop: 3 },
        { title: "MESSAGE", value: (row) => row.message ?? "", drop: 2 },
        { title: "ID", whole: true, value: (row) => row.id, drop: 1 },
      ],
      "No releases yet. The first deploy makes one: muster deploy --config <name>",
    );
  },
});
