import type { ZodError } from "zod";
import { DomainError, errorCodes, type FieldError, type Refusal } from "../../domain/errors.ts";
import { issueText } from "../../protocol/api/issue-text.ts";
import type { Problem } from "../../protocol/api/shared.ts";
import type { Log } from "../services/context.ts";
import { storeRefusal } from "../services/store-down.ts";

export const problemType = "application/problem+json";

/** `assignments[0].selector` */
export function jsonPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) =>
      typeof part === "number" ? `${text}[${part}]` : text === "" ? String(part) : `${text}.${String(part)}`,
    "",
  );
}

type Issues = Pick<ZodError, "issues">;

/** A branch whose own keys were not even given is not the one that was meant. */
const missingKeys = ({ issues }: Issues): number =>
  issues.filter(
    ({ code, path, message }) =>
      code === "invalid_type" && path.length === 1 && message.endsWith("received undefined"),
  ).length;

/** The innermost reasons; of a union, those of the branch that was meant. */
function flatten(error: Issues, at: readonly PropertyKey[] = []): FieldError[] {
  return error.issues.flatMap((issue) => {
    const path = [...at, ...issue.path];
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({
        path: jsonPath([...path, key]),
        message: "is not known here; check the name, or leave it out",
      }));
    }
    if (issue.code === "invalid_key") {
      return issue.issues.map((one) => ({ path: jsonPath(path), message: issueText(one) }));
    }
    if (issue.code !== "invalid_union" || issue.errors.length === 0) {
      return [{ path: jsonPath(path), message: issueText(issue) }];
    }
    const meant = issue.errors
      .map((issues) => ({ missing: missingKeys({ issues }), errors: flatten({ issues }, path) }))
      .reduce((best, one) =>
        one.missing < best.missing || (one.missing === best.missing && one.errors.length < best.errors.length)
          ? one
          : best,
      );
    return meant.errors;
  });
}

export function invalid(error: Pick<ZodError, "issues">, where: "body" | "query"): DomainError {
  const errors = flatten(error);
  const first = errors[0];
  const what = first ? `${first.path === "" ? where : `\`${first.path}\``}: ${first.message}` : where;
  return new DomainError({
    code: "validation_failed",
    detail: `The ${where} is not valid: ${what}${errors.length > 1 ? ` (and ${errors.length - 1} more)` : ""}.`,
    errors,
  });
}

export function problemBody(refusal: Refusal, requestId: string): Problem {
  const { status, title, retryable } = errorCodes[refusal.code];
  return {
    type: `/docs/api#${refusal.code}`,
    title,
    status,
    detail: refusal.detail,
    code: refusal.code,
    requestId,
    retryable,
    ...(refusal.retryAfterSeconds !== undefined && { retryAfterSeconds: refusal.retryAfterSeconds }),
    ...(refusal.quota && { quota: refusal.quota }),
    ...(refusal.error !== undefined && { error: refusal.error }),
    errors: refusal.errors ?? [],
  };
}

export function problemResponse(
  refusal: Refusal,
  requestId: string,
  headers: ConstructorParameters<typeof Headers>[0] = {},
): Response {
  const answer = Response.json(problemBody(refusal, requestId), {
    status: errorCodes[refusal.code].status,
    headers,
  });
  answer.headers.set("content-type", problemType);
  if (refusal.retryAfterSeconds !== undefined) {
    answer.headers.set("retry-after", String(Math.ceil(refusal.retryAfterSeconds)));
  }
  if (refusal.code === "quota_exceeded" && refusal.quota) {
    const { name, limit, used } = refusal.quota;
    answer.headers.append("ratelimit-policy", `"${name}";q=${limit}`);
    answer.headers.append("ratelimit", `"${name}";r=${Math.max(0, limit - used)}`);
  }
  if (refusal.code === "unauthenticated") answer.headers.set("www-authenticate", 'Bearer realm="muster"');
  return answer;
}

/** A refusal as it is; a store that does not answer as `unavailable`; anything else as `internal`, with the facts only in the log. */
export function refusalOf(error: unknown, log: Log, requestId: string): Refusal {
  if (error instanceof DomainError) return error.refusal;
  log.error("a request failed", { requestId }, error);
  const down = storeRefusal(error);
  if (down) return down;
  return {
    code: "internal",
    detail: `Something broke on our side. Try again; if it stays, report request ${requestId}.`,
  };
}
