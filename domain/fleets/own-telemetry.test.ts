import { expect, test } from "vitest";
import {
  carriesCredential,
  hashOwnTelemetry,
  noOwnTelemetry,
  readHeaderValue,
  secretsOfTelemetry,
  writeHeaderValue,
} from "./own-telemetry.ts";

const endpoint = "https://otlp.example/v1/logs";
const secret = { secret: "TOKEN", prefix: "Bearer ", version: 1, versionId: "sev_1" };

test("a hash tells settings apart by what agents are sent, whatever the order of headers", () => {
  const hash = (headers: Record<string, { value: string } | typeof secret>) =>
    hashOwnTelemetry({ ...noOwnTelemetry, logs: { endpoint, headers } });
  expect(hash({ a: { value: "1" }, b: secret })).toBe(hash({ b: secret, a: { value: "1" } }));
  const others = [
    hash({}),
    hash({ a: { value: "1" } }),
    hash({ a: secret }),
    hash({ a: { ...secret, versionId: "sev_2" } }),
    hashOwnTelemetry({ ...noOwnTelemetry, traces: { endpoint, headers: {} } }),
    hashOwnTelemetry(noOwnTelemetry),
  ];
  expect(new Set(others).size).toBe(others.length);
});

test("names the versions of secrets that go with it", () => {
  const settings = { ...noOwnTelemetry, metrics: { endpoint, headers: { a: secret, b: { value: "x" } } } };
  expect(secretsOfTelemetry(settings)).toEqual(["sev_1"]);
});

test.each(["Authorization", "x-api-key", "Api-Token", "cookie", "X-Secret", "proxy-authorization"])(
  "%s carries a credential",
  (name) => expect(carriesCredential(name)).toBe(true),
);
test.each(["x-team", "x-scope-orgid", "user-agent"])("%s does not", (name) =>
  expect(carriesCredential(name)).toBe(false),
);

test.each([
  ["edge", { value: "edge" }],
  ["${secret:TOKEN}", { secret: "TOKEN", prefix: "" }],
  ["Bearer ${secret:TOKEN}", { secret: "TOKEN", prefix: "Bearer " }],
  ["${secret:TOKEN} after", { value: "${secret:TOKEN} after" }],
])("%s is read and written back", (text, read) => {
  expect(readHeaderValue(text)).toEqual(read);
  expect(writeHeaderValue(readHeaderValue(text))).toBe(text);
});
