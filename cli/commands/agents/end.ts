/** Revoking and decommissioning: one agent, or many by a plan that was looked at. */
import type { Input } from "../../../protocol/client/index.ts";
import type { Cli } from "../../cli.ts";
import { Failure } from "../../exit-codes.ts";
import { ask } from "../../prompt.ts";
import { showReceipt } from "../../receipt.ts";
import { option, text, yesOption } from "../../spec.ts";
import { manyOptions, showPlan, whom } from "./many.ts";

type Order = NonNullable<Input<"POST /v1/fleets/{fleet}/agents/actions">["body"]>;
type EndOrder = Extract<Order, { action: "revoke" | "decommission" }>;
type How = EndOrder extends infer O
  ? O extends unknown
    ? Omit<O, "selector" | "agents" | "planToken">
    : never
  : never;

export const endOptions = {
  ...manyOptions,
  planToken: option(
    "--plan-token <token>",
    "Refuse (exit 5) if these are no longer the agents of that dry run",
    text.optional(),
  ),
  yes: yesOption,
};

interface EndChoices {
  selector: string | undefined;
  all: boolean;
  dryRun: boolean;
  planToken: string | undefined;
  yes: boolean;
}

/** The one agent that is named and nothing else said of whom; undefined = an order for many. */
export function onlyOne(names: readonly string[], given: EndChoices): string | undefined {
  const [only, ...others] = names;
  const plain = given.selector === undefined && !given.all && !given.dryRun && given.planToken === undefined;
  return others.length === 0 && plain ? only : undefined;
}

export async function sure(cli: Cli, { yes }: EndChoices, question: string, verb: string): Promise<void> {
  if (yes) return;
  const answer = await ask(cli.io, `${question} [y/N] `, {
    instead: `Pass --yes to ${verb} without being asked.`,
    signal: cli.signal,
  });
  if (!/^y(es)?$/i.test(answer.trim())) throw new Failure("failed", "Nothing was changed.");
}

/** Shows who it is, asks, and ends these very agents: if others match by then, it is refused. */
export async function endMany(
  cli: Cli,
  names: readonly string[],
  options: EndChoices,
  how: How,
): Promise<void> {
  const chosen = await whom(cli, names, options);
  const fleet = await cli.scope.fleet();
  const client = await cli.client();
  const send = (query: { dryRun: true } | undefined, planToken: string | undefined) =>
    client.call("POST /v1/fleets/{fleet}/agents/actions", {
      path: { fleet: fleet.id },
      query,
      body: { ...how, ...chosen, planToken },
    });
  const plan = await send({ dryRun: true }, undefined);
  if ("receipt" in plan || options.dryRun) {
    cli.output.result(plan, (style) =>
      "receipt" in plan ? showReceipt(plan.receipt, style) : showPlan(plan, style),
    );
    return;
  }
  if (!options.yes) cli.output.note(showPlan(plan, cli.output.style));
  await sure(
    cli,
    options,
    `${verbs[how.action]} ${plan.total} agents of ${fleet.slug} for good?`,
    how.action,
  );
  const done = await send(undefined, options.planToken ?? plan.planToken);
  cli.output.result(done, (style) =>
    "receipt" in done ? showReceipt(done.receipt, style) : showPlan(done, style),
  );
}

const verbs = { revoke: "Cut off", decommission: "Decommission" } as const;
