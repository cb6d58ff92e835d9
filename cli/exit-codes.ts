import type { ErrorCode } from "../domain/errors.ts";

/** What the shell sees. Scripts rely on these: a number never changes its meaning. */
export const exitCodes = {
  ok: { code: 0, about: "It worked." },
  failed: { code: 1, about: "It was refused or it failed; the message says why." },
  usage: { code: 2, about: "The command line is wrong: unknown command, option or value." },
  notSignedIn: { code: 3, about: "Not signed in, or the session has ended. Run `muster login`." },
  notFound: { code: 4, about: "There is no such thing, or it is not yours to see." },
  conflict: { code: 5, about: "Something else got there first, or the thing has changed since you read it." },
  rolloutUnsuccessful: { code: 6, about: "The rollout ended, and it did not succeed." },
  unreachable: { code: 7, about: "The server could not be reached." },
  interrupted: { code: 130, about: "Interrupted with Ctrl-C." },
} as const;

export type ExitName = keyof typeof exitCodes;

export function exitNameForStatus(status: number): ExitName {
  if (status === 401) return "notSignedIn";
  if (status === 404) return "notFound";
  if (status === 409 || status === 412) return "conflict";
  return "failed";
}

/** Anything that ends a command early. `message` says the cause, then the fix. */
export class Failure extends Error {
  readonly exit: ExitName;
  readonly code: ErrorCode | ExitName;
  readonly requestId: string | null;
  readonly errors: { path: string; message: string }[];

  constructor(
    exit: ExitName,
    message: string,
    more: {
      code?: ErrorCode;
      requestId?: string | null;
      errors?: { path: string; message: string }[];
    } = {},
  ) {
    super(message);
    this.name = "Failure";
    this.exit = exit;
    this.code = more.code ?? exit;
    this.requestId = more.requestId ?? null;
    this.errors = more.errors ?? [];
  }
}
