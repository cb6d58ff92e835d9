import type { z } from "zod";
import { releasePackage, type StartRolloutBody } from "../../../protocol/api/rollouts.ts";
import type { Cli } from "../../cli.ts";
import { Failure } from "../../exit-codes.ts";
import { command, flag, option, text } from "../../spec.ts";
import { checkTerms, refusedFields } from "../deploy/check-terms.ts";
import { actionOptions, carryOut, deployed } from "../deploy/deploy.ts";
import { readTerms, termOptions } from "../deploy/terms.ts";
import { currentRelease } from "../fleets/current-release.ts";
import { findAgentRelease } from "./releases.ts";

interface Choices {
  to: string | undefined;
  package: string | undefined;
  from: string | undefined;
  sha256: string | undefined;
  signature: string | undefined;
  addon: boolean;
}
type Package = z.output<typeof releasePackage>;

export const upgradeAgents = command({
  name: "upgrade",
  summary: "Upgrade agents, or the program that they supervise, wave by wave",
  about:
    "Starts a rollout of what the fleet runs now with another version of one package. --to takes Muster's own agent from the control plane's downloads; else name a package, its URL and its sha256. Agents take it if their own settings allow it (upgrade:), check it, and return to what they ran when it does not work there; the rollout's gates stop the rest. An upgrade is undone as any rollout: muster rollouts revert.",
  options: {
    selector: option("--selector <selector>", "Agents whose labels match, such as role=web", text.optional()),
    all: flag("--all", "All agents of the fleet"),
    to: option(
      "--to <version>",
      "Muster's own agent, of this release: one of muster agents releases, or latest",
      text.optional(),
    ),
    package: option(
      "--package <name@version>",
      "The program, called as the agents supervise it, and its version as it says itself",
      text.optional(),
    ),
    from: option(
      "--from <url>",
      "Where agents load it: the program, a .tar.gz with it, or a .json index",
      text.optional(),
    ),
    sha256: option("--sha256 <hex>", "Of what lies at the URL", text.optional()),
    signature: option(
      "--signature <base64>",
      "By a key that the hosts' settings name: ed25519 over its SHA-512",
      text.optional(),
    ),
    addon: flag("--addon", "It is an add-on beside the program"),
    ...termOptions,
    ...actionOptions,
  },
  examples: [
    "muster agents upgrade --to latest --all --dry-run",
    "muster agents upgrade --to 1.4.0 --selector role=web --step 1 --step 25% --wait",
    `muster agents upgrade --selector role=gateway --package otelcol@0.139.0 --from https://packages.example.com/otelcol --sha256 ${"ab".repeat(32)}`,
  ],
  answer: deployed,
  async run(cli, { options }) {
    if ((options.selector !== undefined) === options.all) {
      throw new Failure("usage", "Say which agents: with --selector, or with --all.");
    }
    const selector = options.selector ?? "";
    const terms = readTerms(options, cli.io.now());
    const one = options.to === undefined ? named(options, selector) : await own(cli, options, selector);
    checkTerms(terms, [one], cli.io.now());
    const fleet = await cli.scope.fleet();
    // A release replaces all that it has of a name that is named: what is for other agents is named again, after this
    // one, which comes first for those whom both match.
    const current = await currentRelease(cli, fleet);
    const others = (current?.packages ?? []).filter(
      ({ name, selector: whom }) => name === one.name && !options.all && whom !== selector,
    );
    const body: StartRolloutBody = {
      assignments: [],
      packages: [one, ...others],
      keepOthers: true,
      ...terms,
    };
    const client = await cli.client();
    await carryOut(cli, {
      send: (query) =>
        client.call("POST /v1/fleets/{fleet}/rollouts", { path: { fleet: fleet.id }, query, body }),
      dryRun: options.dryRun,
      wait: options.wait,
      heading: `for ${fleet.slug}`,
      startAt: terms.schedule?.startAt ?? null,
    });
  },
});

function named(given: Choices, selector: string): Package {
  const { package: wanted = "", from: url, sha256, signature = null } = given;
  const at = wanted.lastIndexOf("@");
  const [name, version] = at > 0 ? [wanted.slice(0, at), wanted.slice(at + 1)] : [wanted, ""];
  if (wanted === "" || url === undefined || sha256 === undefined) {
    throw new Failure(
      "usage",
      "Say what to upgrade to: --to <version> for the agent itself, or --package, --from and --sha256.",
    );
  }
  const type = given.addon ? "addon" : "top-level";
  const read = releasePackage.safeParse({ name, version, url, sha256, signature, type, selector });
  if (read.success) return read.data;
  throw new Failure("usage", "The package cannot be offered. Mend what is named below; nothing was sent.", {
    errors: refusedFields(read.error),
  });
}

/** The control plane's own index of a release of the agent: one package for hosts of every kind. */
async function own(cli: Cli, given: Choices, selector: string): Promise<Package> {
  const { to = "latest", package: name, from, sha256, signature, addon } = given;
  if ([name, from, sha256, signature].some((one) => one !== undefined) || addon) {
    throw new Failure(
      "usage",
      "--to already says which package: leave out --package, --from, --sha256, --signature and --addon.",
    );
  }
  const found = await findAgentRelease(await cli.client(), to);
  return { ...found.package, signature: null, type: "top-level", selector };
}
