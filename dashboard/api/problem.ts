import type { ErrorCode } from "../../domain/errors.ts";
import type { Problem } from "../../protocol/api/shared.ts";

/** A refusal of the API, or the network's failure to reach it (then `status` is 0 and `requestId` is null). */
export class ApiError extends Error {
  readonly status: number;
  readonly code: ErrorCode | "unreachable";
  readonly title: string;
  readonly requestId: string | null;
  readonly retryable: boolean;
  readonly errors: { path: string; message: string }[];

  constructor(problem: {
    status: number;
    code: ErrorCode | "unreachable";
    title: string;
    detail: string;
    requestId: string | null;
    retryable: boolean;
    errors: { path: string; message: string }[];
  }) {
    super(problem.detail);
    this.name = "ApiError";
    this.status = problem.status;
    this.code = problem.code;
    this.title = problem.title;
    this.requestId = problem.requestId;
    this.retryable = problem.retryable;
    this.errors = problem.errors;
  }

  field(path: string): string | undefined {
    return this.errors.find((error) => error.path === path)?.message;
  }
}

export function unreachable(): ApiError {
  return new ApiError({
    status: 0,
    code: "unreachable",
    title: "Muster cannot be reached",
    detail: "The network did not answer. Check the connection and try again.",
    requestId: null,
    retryable: true,
    errors: [],
  });
}

export async function readProblem(response: Response): Promise<ApiError> {
  const requestId = response.headers.get("x-request-id");
  const type = response.headers.get("content-type") ?? "";
  if (type.includes("json")) {
    const body: Partial<Problem> = await response.json().catch(() => ({}));
    if (body.code && body.detail) {
      return new ApiError({
        status: response.status,
        code: body.code,
        title: body.title ?? "The request failed",
        detail: body.detail,
        requestId: body.requestId ?? requestId,
        retryable: body.retryable ?? false,
        errors: body.errors ?? [],
      });
    }
  }
  return new ApiError({
    status: response.status,
    code: "internal",
    title: "The answer could not be read",
    detail: `The server answered ${response.status} without saying why. Try again; if it stays, report the request id.`,
    requestId,
    retryable: response.status >= 500,
    errors: [],
  });
}

export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError({
    status: 0,
    code: "internal",
    title: "This page broke",
    detail: error instanceof Error ? error.message : "Something unexpected happened. Reload the page.",
    requestId: null,
    retryable: true,
    errors: [],
  });
}
