import type { z } from "zod";
import type { ErrorCode } from "../../domain/errors.ts";
import type { Permission } from "../../domain/tenancy/permissions.ts";
import type { Context, PublicContext } from "../services/context.ts";

/** What a handler may learn of the request, and say about the answer, beside the body. */
export interface Exchange {
  request: Request;
  /** Address of the client, or "" when nobody told. */
  address: string;
  header(name: string): string | undefined;
  cookie(name: string): string | undefined;
  setHeader(name: string, value: string): void;
  /** Instead of the route's own, for an answer of another kind. */
  setStatus(status: number): void;
}

type Schema = z.ZodType;
type Parsed<S> = S extends Schema ? z.output<S> : undefined;

/** Answers of success beside the usual one, by status (`setStatus`): those of a dry run, for example. */
type OtherAnswers = { readonly [status in 200 | 201 | 202]?: Schema };

interface Shape<
  P extends Schema | undefined,
  Q extends Schema | undefined,
  B extends Schema | undefined,
  A extends Schema | undefined,
  O extends OtherAnswers | undefined,
> {
  method: "get" | "post" | "put" | "patch" | "delete";
  /** With `{param}` places, as OpenAPI writes them. */
  path: string;
  operationId: string;
  tag: string;
  summary: string;
  description?: string;
  params?: P;
  query?: Q;
  /** `optional` bodies may be left out; the schema then sees `{}`. */
  body?: B;
  bodyOptional?: boolean;
  /** Left out: the handler answers a Response of its own, of the `kind`. */
  answer?: A;
  kind?: "websocket" | "page" | "redirect" | "file";
  /** Content types of a `file`: what may be downloaded, or is streamed. */
  media?: readonly string[];
  status?: 200 | 201 | 202 | 204;
  otherAnswers?: O;
  /** Refusals of its own, beside those that every route has. */
  refusals?: readonly ErrorCode[];
  /** false: `Idempotency-Key` means nothing here (sign-in, for example). */
  idempotent?: boolean;
  /** The refresh token may come as a cookie. */
  readsCookie?: boolean;
  /** An API key is refused with `forbidden`. */
  peopleOnly?: boolean;
  maxBodyBytes?: number;
}

type Answer<A, O> =
  | (A extends Schema ? z.input<A> : Response)
  | (O extends OtherAnswers ? z.input<NonNullable<O[keyof O & keyof OtherAnswers]>> : never);

interface Input<P, Q, B> {
  params: Parsed<P>;
  query: Parsed<Q>;
  body: Parsed<B>;
  http: Exchange;
}

/** A route as the server and the OpenAPI document see it: one definition for both. */
export interface Route
  extends Shape<
    Schema | undefined,
    Schema | undefined,
    Schema | undefined,
    Schema | undefined,
    OtherAnswers | undefined
  > {
  /** `public`; `person` (any credential); or the action whose role is needed. */
  access: "public" | "person" | Permission;
  handle(input: {
    ctx: PublicContext | Context;
    params: unknown;
    query: unknown;
    body: unknown;
    http: Exchange;
  }): Promise<unknown>;
}

/** For requests without a credential. */
export function publicRoute<
  P extends Schema | undefined = undefined,
  Q extends Schema | undefined = undefined,
  B extends Schema | undefined = undefined,
  A extends Schema | undefined = undefined,
  O extends OtherAnswers | undefined = undefined,
>(
  route: Shape<P, Q, B, A, O> & {
    handle(input: { ctx: PublicContext } & Input<P, Q, B>): Promise<Answer<A, O>>;
  },
): Route {
  // The server parses params, query and body with the route's own schemas before it calls `handle`.
  return { ...route, access: "public" } as unknown as Route;
}

/** For requests with a credential. The service checks the role; `access` says which action it is. */
export function route<
  P extends Schema | undefined = undefined,
  Q extends Schema | undefined = undefined,
  B extends Schema | undefined = undefined,
  A extends Schema | undefined = undefined,
  O extends OtherAnswers | undefined = undefined,
>(
  route: Shape<P, Q, B, A, O> & { access: "person" | Permission } & {
    handle(input: { ctx: Context } & Input<P, Q, B>): Promise<Answer<A, O>>;
  },
): Route {
  // As above; and the server authenticates before it calls the handle of a route that is not public.
  return route as unknown as Route;
}
