import type { ErrorCode } from "../domain/errors.ts";
import type { Problem } from "../protocol/api/shared.ts";

/** What the shell sees. Scripts rely on these: a number never changes its meaning. Several causes may share one. */
export const exitCodes = {
  ok: { code: 0, about: "It worked." },
  failed: { code: 1, about: "It was refused or it failed; the message says why." },
  rolloutUnsuccessful: { code: 1, about: "The rollout ended, and it did not succeed." },
  changes: {
    code: 2,
    about: "Of `muster diff -f` and `muster apply -f`: something changes, or was changed.",
  },
  usage: { code: 2, about: "The command line is wrong: unknown command, option or value." },
  notSignedIn: { code: 3, about: "Not signed in, or the session has ended: run `muster login`." },
  forbidden: { code: 3, about: "Your role, or a rule of the organization, does not allow it." },
  notFound: { code: 4, about: "There is no such thing, or it is not yours to see." },
  conflict: { code: 5, about: "Something else got there first, or the thing has changed since you read it." },
  tryAgain: {
    code: 6,
    about: "Not now: too many requests, or the server is busy. Try the same again later.",
  },
  unreachable: { code: 6, about: "The server could not be reached." },
  interrupted: { code: 130, about: "Interrupted with Ctrl-C." },
} as const;

export type ExitName = keyof typeof exitCodes;

/** Number and meaning, one line a number. */
export function exitCodeTexts(): { code: number; about: string }[] {
  return [...Map.groupBy(Object.values(exitCodes), ({ code }) => code)].map(([code, causes]) => ({
    code,
    about: causes.map(({ about }) => about).join(" "),
  }));
}

export function exitNameForStatus(status: number): ExitName {
  if (status === 401) return "notSignedIn";
  if (status === 403) return "forbidden";
  if (status === 404) return "notFound";
  if (status === 429 || status === 503) return "tryAgain";
  if (status === 409 || status === 412) return "conflict";
  return "failed";
}

/** A quota of things that stay is not used up for a while only: trying again would not help. */
export function exitNameForProblem({
  status,
  retryable,
  code,
}: Pick<Problem, "status" | "retryable"> & { code: ErrorCode | null }): ExitName {
  if (retryable) return "tryAgain";
  return code === "quota_exceeded" ? "failed" : exitNameForStatus(status);
}

/** Anything that ends a command early. `message` says the cause, then the fix. */
export class Failure extends Error {
  readonly exit: ExitName;
  readonly code: ErrorCode | ExitName;
  readonly requestId: string | null;
  readonly errors: { path: string; message: string }[];
  /** What is used up, when that is why. */
  readonly quota: Problem["quota"];

  constructor(
    exit: ExitName,
    message: string,
    more: {
      code?: ErrorCode;
      requestId?: string | null;
      errors?: { path: string; message: string }[];
      quota?: Problem["quota"];
    } = {},
  ) {
    super(message);
    this.name = "Failure";
    this.exit = exit;
    this.code = more.code ?? exit;
    this.requestId = more.requestId ?? null;
    this.errors = more.errors ?? [];
    this.quota = more.quota;
  }
}
