import type { Cli } from "./cli.ts";
import { Failure } from "./exit-codes.ts";
import { ask } from "./prompt.ts";

/** Asks before what cannot be taken back; without a terminal it refuses, unless `yes`. */
export async function confirm(cli: Cli, question: string, yes: boolean): Promise<void> {
  if (yes) return;
  const answer = await ask(cli.io, `${question} [y/N] `, {
    instead: "Pass --yes to do it without being asked.",
    signal: cli.signal,
  });
  if (!/^y(es)?$/i.test(answer.trim())) throw new Failure("failed", "Nothing was done.");
}

/** Who has a second factor shows it beside the password. */
export async function proveOneself(cli: Cli, given: { password?: string; code?: string }) {
  const { io, signal } = cli;
  const instead = "Pass --password-stdin, and --code if you have a second factor.";
  const password = given.password ?? (await ask(io, "Password: ", { hidden: true, instead, signal }));
  const code =
    given.code ??
    (io.stdin.isTTY
      ? (
          await ask(io, "Code of your authenticator app (Enter if you have none): ", { instead, signal })
        ).trim()
      : "");
  const body = { password, ...(code === "" ? {} : { code }) };
  return (await cli.client()).call("POST /v1/auth/confirm", { body });
}

/**
 * Does what needs a fresh proof that it is you: when the server asks for one, and there is a terminal, asks for it and
 * does it again.
 */
export async function provingOneself<T>(cli: Cli, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "reauthentication_required") throw error;
    if (!cli.io.stdin.isTTY) {
      throw new Failure(
        error.exit,
        `${error.message} Run \`muster account confirm\` first; it counts for this sign-in.`,
        { code: error.code, requestId: error.requestId },
      );
    }
    cli.output.note("Confirm that it is you.");
    await proveOneself(cli, {});
    return act();
  }
}
