/** The one error vocabulary: code → HTTP status, title, and whether the same request may be sent again. */
export const errorCodes = {
  validation_failed: { status: 400, title: "The request is not valid", retryable: false },
  malformed_body: { status: 400, title: "The body could not be read", retryable: false },
  unauthenticated: { status: 401, title: "Sign in first", retryable: false },
  invalid_credentials: { status: 401, title: "Wrong e-mail or password", retryable: false },
  authorization_pending: { status: 400, title: "Nobody has approved this yet", retryable: true },
  token_invalid: { status: 400, title: "The link or code does not count", retryable: false },
  session_revoked: { status: 401, title: "The session has ended", retryable: false },
  forbidden: { status: 403, title: "Your role does not allow this", retryable: false },
  reauthentication_required: { status: 403, title: "Confirm that it is you", retryable: false },
  sso_required: { status: 403, title: "The organization asks for single sign-on", retryable: false },
  two_factor_required: { status: 403, title: "The organization asks for a second factor", retryable: false },
  approval_required: { status: 403, title: "Another person must approve this", retryable: false },
  not_found: { status: 404, title: "Not found", retryable: false },
  method_not_allowed: { status: 405, title: "Method not allowed", retryable: false },
  conflict: { status: 409, title: "Not possible as things are now", retryable: false },
  already_exists: { status: 409, title: "Already exists", retryable: false },
  rollout_active: { status: 409, title: "Another rollout is active in this fleet", retryable: false },
  rollout_finished: { status: 409, title: "The rollout has already ended", retryable: false },
  plan_outdated: { status: 409, title: "The plan no longer fits the fleet", retryable: false },
  idempotency_mismatch: {
    status: 409,
    title: "This idempotency key was used for another request",
    retryable: false,
  },
  idempotency_in_progress: {
    status: 409,
    title: "The first request with this key is still running",
    retryable: true,
  },
  precondition_failed: { status: 412, title: "The resource has changed", retryable: false },
  payload_too_large: { status: 413, title: "The body is too large", retryable: false },
  unsupported_media_type: { status: 415, title: "Unsupported content type", retryable: false },
  config_invalid: { status: 422, title: "The config has errors", retryable: false },
  plan_impossible: { status: 422, title: "The plan cannot be carried out", retryable: false },
  upgrade_required: { status: 426, title: "A WebSocket upgrade is expected here", retryable: false },
  rate_limited: { status: 429, title: "Too many requests", retryable: true },
  quota_exceeded: { status: 429, title: "A quota is used up", retryable: false },
  internal: { status: 500, title: "Something broke on our side", retryable: true },
  unavailable: { status: 503, title: "Temporarily unavailable", retryable: true },
} as const;

export type ErrorCode = keyof typeof errorCodes;

/** One thing that is wrong with the input: `path` is a JSON path such as `assignments[0].selector`. */
export interface FieldError {
  path: string;
  message: string;
}

/** Of a quota that is used up. */
export interface QuotaFacts {
  name: string;
  limit: number;
  used: number;
  /** RFC 3339; null = it does not fill up again by itself. */
  resetsAt: string | null;
}

/** What every layer answers when it refuses. `detail` says the cause, then the fix. */
export interface Refusal {
  code: ErrorCode;
  detail: string;
  errors?: FieldError[];
  retryAfterSeconds?: number;
  quota?: QuotaFacts;
  /** The word that another standard has for it: RFC 8628's `error`. */
  error?: string;
}

export class DomainError extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.detail);
    this.name = "DomainError";
    this.refusal = refusal;
  }
}

export function refuse(code: ErrorCode, detail: string, errors?: FieldError[]): never {
  throw new DomainError(errors ? { code, detail, errors } : { code, detail });
}

/** For boundaries that cannot carry an exception's class (RPC between Workers). */
export type Outcome<T> = { ok: true; value: T } | { ok: false; refusal: Refusal };

export const done = <T>(value: T): Outcome<T> => ({ ok: true, value });
export const refused = (refusal: Refusal): Outcome<never> => ({ ok: false, refusal });

export function unwrap<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw new DomainError(outcome.refusal);
}
