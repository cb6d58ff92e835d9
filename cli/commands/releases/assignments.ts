import { z } from "zod";
import type { Fleet } from "../../../protocol/api/fleets.ts";
import type { createReleaseBody } from "../../../protocol/api/rollouts.ts";
import type { Cli } from "../../cli.ts";
import { Failure } from "../../exit-codes.ts";
import { flag, repeated } from "../../spec.ts";
import { findConfig, splitVersion } from "../configs/find.ts";
import { currentRelease } from "../fleets/current-release.ts";
import { packageOption } from "./packages.ts";

const list = z.array(z.string()).default([]);

export const assignmentOptions = {
  config: repeated(
    "--config <config>",
    "A config by name or id, with @version (default latest); repeatable",
    list,
  ),
  configs: repeated(
    "--configs <labels>",
    "Every config of the project with these labels, such as team=edge, at its latest version; repeatable",
    list,
  ),
  selector: repeated(
    "--selector <selector>",
    'Only agents with these labels, such as role=web; once for all configs, or once per --config and then --configs in order; "" is every agent. Left out: whom the config goes to in the current release, or else every agent',
    list,
  ),
  fileName: repeated(
    "--file-name <name>",
    "The file's name at the agent; that of the current release, or else the kind's own, when left out; once per --config and then --configs in order. Of --configs, {config} stands for the config's name",
    list,
  ),
  only: flag(
    "--only",
    "Leave out the other configs of the fleet's current release; without it they stay as they are",
  ),
  refreshInputs: flag(
    "--refresh-inputs",
    "Take the variables and secrets of today for all configs; without it, those that are not named keep what the current release gave them. Alone: the current release with nothing else changed",
  ),
  package: packageOption,
};

/** The value for config `i` when it was given once for all, once for each, or not at all. */
function nth(
  flag: string,
  values: string[],
  count: number,
  shared: boolean,
): (i: number) => string | undefined {
  if (values.length === count) return (i) => values[i];
  if (values.length === 0 || (shared && values.length === 1)) return () => values[0];
  throw new Failure(
    "usage",
    `${flag} was given ${values.length} times for ${count} of --config and --configs. Give it ${shared ? "once for all, or " : ""}once for each.`,
  );
}

/** The part of a request that says what a new release holds. */
export async function readAssignments(
  cli: Cli,
  fleet: Fleet,
  given: {
    config: string[];
    configs: string[];
    selector: string[];
    fileName: string[];
    only: boolean;
    refreshInputs: boolean;
    package: z.output<typeof packageOption.schema>;
  },
): Promise<
  Pick<z.input<typeof createReleaseBody>, "assignments" | "packages" | "keepOthers" | "refreshInputs">
> {
  const count = given.config.length + given.configs.length;
  if (given.refreshInputs && given.only) {
    throw new Failure(
      "usage",
      "--only leaves nothing whose inputs --refresh-inputs could take anew: give one of them.",
    );
  }
  if (count === 0 && given.package.length === 0 && !given.refreshInputs) {
    throw new Failure(
      "usage",
      "Which config? Pass --config <name[@version]> or --configs <labels>; see `muster configs list`.",
    );
  }
  const selector = nth("--selector", given.selector, count, true);
  const fileName = nth("--file-name", given.fileName, count, false);
  const release = given.selector.length === 0 ? await currentRelease(cli, fleet) : null;
  const current = release?.assignments ?? [];
  const assignments = await Promise.all(
    given.config.map(async (reference, i) => {
      const { name, version } = splitVersion(reference);
      const found = await findConfig(cli, name, fleet.projectId);
      const file = fileName(i);
      const kept = current.filter(({ configId }) => configId === found.id).map((one) => one.selector);
      const selectors = given.selector.length > 0 || kept.length === 0 ? [selector(i) ?? ""] : kept;
      return [...new Set(selectors)].map((one) => ({
        config: found.id,
        version: version ?? ("latest" as const),
        selector: one,
        ...(file === undefined ? {} : { fileName: file }),
      }));
    }),
  );
  const bulk = given.configs.map((configs, i) => {
    const file = fileName(given.config.length + i);
    return {
      configs,
      selector: selector(given.config.length + i) ?? "",
      ...(file === undefined ? {} : { fileName: file }),
    };
  });
  return {
    assignments: [...assignments.flat(), ...bulk],
    ...(given.package.length === 0 ? {} : { packages: given.package }),
    keepOthers: !given.only,
    ...(given.refreshInputs && { refreshInputs: true }),
  };
}
