import { useSyncExternalStore } from "react";
import type { Session } from "../../protocol/api/auth.ts";
import { readProblem, unreachable } from "./problem.ts";

/**
 * The access token lives in memory only; the refresh token is an HttpOnly cookie that rotates at every use, and
 * a second use of an old one ends the session. So one refresh at a time across all tabs, under a lock, and the
 * tab that refreshed tells the others.
 */
export interface SignedIn {
  accessToken: string;
  /** By this browser's clock. */
  expiresAtMs: number;
  user: Session["user"];
  organizations: Session["organizations"];
}

type Notice = { kind: "signed-in"; session: SignedIn } | { kind: "signed-out" };

/** Refreshed so long before the end, so that no request meets an expired token. */
const refreshEarlyMs = 60_000;
/** The longest delay a timer can hold. */
const maxTimerMs = 2 ** 31 - 1;

let session: SignedIn | null = null;
let inFlight: Promise<SignedIn | null> | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();
let person: string | null = null;
let onOtherPerson = (): void => undefined;
const tabs = new BroadcastChannel("muster.session");

tabs.addEventListener("message", (message: MessageEvent<Notice>) => {
  adopt(message.data.kind === "signed-in" ? message.data.session : null);
});

/** Called before another person than before is signed in, on this tab or another one. */
export function whenAnotherPerson(call: () => void): void {
  onOtherPerson = call;
}

function adopt(next: SignedIn | null): void {
  if (next && person !== null && person !== next.user.id) onOtherPerson();
  person = next?.user.id ?? person;
  session = next;
  clearTimeout(timer);
  if (next) {
    const delay = Math.max(1000, next.expiresAtMs - Date.now() - refreshEarlyMs);
    timer = setTimeout(() => void refresh().catch(() => undefined), Math.min(delay, maxTimerMs));
  }
  for (const listener of listeners) listener();
}

export function signedIn(answer: Session): SignedIn {
  const next: SignedIn = {
    accessToken: answer.accessToken,
    expiresAtMs: Date.now() + answer.expiresInSeconds * 1000,
    user: answer.user,
    organizations: answer.organizations,
  };
  adopt(next);
  tabs.postMessage({ kind: "signed-in", session: next } satisfies Notice);
  return next;
}

export function signedOut(): void {
  adopt(null);
  tabs.postMessage({ kind: "signed-out" } satisfies Notice);
}

export function currentSession(): SignedIn | null {
  return session;
}

export function isFresh(of: SignedIn | null): of is SignedIn {
  return of !== null && of.expiresAtMs - Date.now() > refreshEarlyMs / 2;
}

/** A session from the cookie, or null when there is none (any more). Throws when the server cannot be reached. */
export function refresh(): Promise<SignedIn | null> {
  inFlight ??= locked().finally(() => {
    inFlight = null;
  });
  return inFlight;
}

function locked(): Promise<SignedIn | null> {
  const asked = session;
  const run = async () => {
    if (session !== asked && isFresh(session)) return session;
    return requestRefresh();
  };
  // Locks exist only in secure contexts; elsewhere this tab's own single flight has to do.
  return navigator.locks ? navigator.locks.request("muster.refresh", run) : run();
}

async function requestRefresh(): Promise<SignedIn | null> {
  // keepalive: a reload in mid-flight must not lose the rotated cookie.
  const response = await fetch("/v1/auth/refresh", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
    credentials: "same-origin",
    keepalive: true,
  }).catch(() => {
    throw unreachable();
  });
  if (response.status === 401) {
    signedOut();
    return null;
  }
  if (!response.ok) throw await readProblem(response);
  return signedIn((await response.json()) as Session);
}

/** A token that holds for the next request; null sends the person to sign-in. */
export async function accessToken(): Promise<string | null> {
  if (isFresh(session)) return session.accessToken;
  return (await refresh())?.accessToken ?? null;
}

export function useSession(): SignedIn | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => session,
  );
}
