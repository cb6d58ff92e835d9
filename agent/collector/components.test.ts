import { expect, test } from "vitest";
import { readComponents } from "./components.ts";

const printed = `buildinfo:
    command: otelcol
    version: 0.150.0
receivers:
    - name: otlp
      module: go.opentelemetry.io/collector/receiver/otlpreceiver v0.150.0
      stability:
        logs: Beta
    - name: hostmetrics
      module: github.com/open-telemetry/hostmetricsreceiver v0.150.0
extensions: []
`;

test("reads what a collector prints of itself, by role", () => {
  expect(readComponents(printed)?.byRole).toEqual({
    receivers: {
      otlp: "go.opentelemetry.io/collector/receiver/otlpreceiver v0.150.0",
      hostmetrics: "github.com/open-telemetry/hostmetricsreceiver v0.150.0",
    },
    extensions: {},
  });
});

test("reads bare names of older releases, in whatever order", () => {
  const one = readComponents("receivers: [otlp, jaeger]\nexporters: [debug]");
  const other = readComponents("exporters: [debug]\nreceivers: [jaeger, otlp]");
  expect(one?.byRole).toEqual({ receivers: { otlp: "", jaeger: "" }, exporters: { debug: "" } });
  expect(one?.hash).toEqual(other?.hash);
  expect(readComponents("receivers: [otlp]")?.hash).not.toEqual(one?.hash);
});

test.each(["", "Usage: otelcol [flags]", "a: [", "receivers: none"])(
  "%j is no list of components",
  (text) => {
    expect(readComponents(text)).toBeNull();
  },
);
