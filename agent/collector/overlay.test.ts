import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { mergedConfig, overlayOf } from "./overlay.ts";

const config = `
extensions: {zpages: {}}
service:
  extensions: [zpages]
  telemetry:
    metrics: {level: detailed, readers: [{pull: {exporter: {prometheus: {port: 8888}}}}]}
  pipelines: {traces: {receivers: [otlp], exporters: [debug]}}
`;
const none = { health: null, telemetry: {} };
const target = { endpoint: "https://otlp.example/v1/metrics", headers: { authorization: "Bearer a" } };

describe("what the agent adds to a collector's config", () => {
  test("is nothing when nothing is asked", () => {
    expect(parse(overlayOf(config, none))).toEqual({});
  });

  test("is an extension that answers for its health, beside the author's", () => {
    expect(parse(overlayOf(config, { ...none, health: "127.0.0.1:13133" }))).toEqual({
      extensions: { "health_check/muster": { endpoint: "127.0.0.1:13133" } },
      service: { extensions: ["zpages", "health_check/muster"] },
    });
  });

  test.each([
    ["at the usual address", "extensions: {health_check: }\nservice: {extensions: [health_check]}"],
    [
      "at another name of it",
      "extensions: {health_check/a: {endpoint: 'localhost:13133'}}\nservice: {extensions: [health_check/a]}",
    ],
  ])("is none where the author's answers %s", (_, text) => {
    expect(parse(overlayOf(text, { ...none, health: "127.0.0.1:13133" }))).toEqual({});
  });

  test.each([
    [
      "elsewhere",
      "extensions: {health_check: {endpoint: 'localhost:1'}}\nservice: {extensions: [health_check]}",
    ],
    ["without being started", "extensions: {health_check: }\nservice: {extensions: []}"],
  ])("is one of its own where the author's stands %s", (_, text) => {
    expect(parse(overlayOf(text, { ...none, health: "127.0.0.1:13133" })).extensions).toHaveProperty(
      "health_check/muster",
    );
  });

  test("is where it tells of itself, and leaves the author's readers", () => {
    const { service } = parse(
      overlayOf(config, { health: null, telemetry: { metrics: target, logs: target } }),
    );
    const otlp = {
      protocol: "http/protobuf",
      endpoint: "https://otlp.example/v1/metrics",
      headers: [{ name: "authorization", value: "Bearer a" }],
    };
    expect(service.telemetry).toEqual({
      metrics: {
        readers: [
          { pull: { exporter: { prometheus: { port: 8888 } } } },
          { periodic: { exporter: { otlp } } },
        ],
      },
      logs: { processors: [{ batch: { exporter: { otlp } } }] },
    });
  });

  test("is written beside a text that cannot be read, whose faults are the collector's to tell", () => {
    expect(parse(overlayOf("service: [", { ...none, health: "127.0.0.1:1" })).service.extensions).toEqual([
      "health_check/muster",
    ]);
  });
});

describe("what a collector runs in all", () => {
  test("has maps merged, and lists and values of the later text", () => {
    const merged = mergedConfig(["a: {b: 1, c: [1, 2]}\nd: x", "a: {c: [3], e: 2}\nd: y", "d:"]);
    expect(parse(merged ?? "")).toEqual({ a: { b: 1, c: [3], e: 2 }, d: "y" });
  });

  test("is not told of texts that cannot be read", () => {
    expect(mergedConfig(["a: 1", "b: ["])).toBeNull();
  });
});
