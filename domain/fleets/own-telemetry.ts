import { sha256Hex } from "../configs/hash.ts";

/** What a collector can say of itself. */
export const telemetrySignals = ["metrics", "traces", "logs"] as const;
export type TelemetrySignal = (typeof telemetrySignals)[number];

/** Where an agent stands with what it was offered. */
export const telemetryStates = ["waiting", "offered", "applied", "failed"] as const;
export type TelemetryState = (typeof telemetryStates)[number];

export type TelemetryHeader =
  | { value: string }
  /** Frozen, as a release freezes its secrets. */
  | { secret: string; prefix: string; version: number; versionId: string };

export interface TelemetryTarget {
  endpoint: string;
  headers: Record<string, TelemetryHeader>;
}

/** Where a fleet's agents tell of themselves; null = nowhere. */
export type OwnTelemetrySettings = Record<TelemetrySignal, TelemetryTarget | null>;

export const noOwnTelemetry: OwnTelemetrySettings = { metrics: null, traces: null, logs: null };

/** Hex; the same for the same settings, whatever the order of headers. */
export function hashOwnTelemetry(settings: OwnTelemetrySettings): string {
  const text = telemetrySignals.map((signal) => {
    const target = settings[signal];
    if (!target) return null;
    const headers = Object.entries(target.headers).sort(([a], [b]) => (a < b ? -1 : 1));
    return [
      target.endpoint,
      headers.map(([name, header]) =>
        "secret" in header ? [name, header.prefix, header.versionId] : [name, header.value],
      ),
    ];
  });
  return sha256Hex(JSON.stringify(["own telemetry", text]));
}

/** Versions of secrets that are sent with it. */
export const secretsOfTelemetry = (settings: OwnTelemetrySettings): string[] =>
  telemetrySignals.flatMap((signal) =>
    Object.values(settings[signal]?.headers ?? {}).flatMap((header) =>
      "secret" in header ? [header.versionId] : [],
    ),
  );

/** Whether `after` sends nothing that `before` does not: signals were taken away, or nothing has changed. */
export function onlyEnds(before: OwnTelemetrySettings, after: OwnTelemetrySettings): boolean {
  return telemetrySignals.every(
    (signal) =>
      after[signal] === null ||
      hashOwnTelemetry({ ...noOwnTelemetry, [signal]: before[signal] }) ===
        hashOwnTelemetry({ ...noOwnTelemetry, [signal]: after[signal] }),
  );
}

/** Anybody on the way reads what goes there. */
export const isOpenEndpoint = (endpoint: string): boolean =>
  /^http:/i.test(endpoint) &&
  !/^http:\/\/(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?([/?#]|$)/i.test(endpoint);

/** By its name, a header that carries a credential: its value must be a secret. */
export const carriesCredential = (name: string): boolean =>
  /auth|cookie|credential|key|pass|secret|session|sign|token/i.test(name);

/** As a person writes it: `Bearer ${secret:OTLP_TOKEN}`, or a plain value. */
export function readHeaderValue(text: string): { value: string } | { secret: string; prefix: string } {
  const named = /^([^$]*)\$\{secret:([^}]+)\}$/.exec(text);
  const [, prefix = "", secret = ""] = named ?? [];
  return named ? { secret, prefix } : { value: text };
}

export const writeHeaderValue = (header: { value: string } | { secret: string; prefix: string }): string =>
  "value" in header ? header.value : `${header.prefix}\${secret:${header.secret}}`;
