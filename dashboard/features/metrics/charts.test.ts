import { expect, test } from "vitest";
import { builtinSeries } from "../../../domain/metrics/series.ts";
import { chartsOf } from "./charts.ts";

test("calls all that an agent measures by itself in words", () => {
  const titles = chartsOf(builtinSeries).map(({ title }) => title);
  expect(titles.filter((title) => title.includes("."))).toEqual([]);
});

test("puts together what belongs together, and leaves nothing out", () => {
  const names = [
    "up",
    'container.memory.usage{name="web-1"}',
    "host.network.transmit",
    'container.memory.usage{name="web-2"}',
    "host.cpu.utilization",
    "host.network.receive",
  ];
  expect(
    chartsOf(names.map((name) => ({ name }))).map(({ title, lines }) => [
      title,
      lines.map(({ label }) => label),
    ]),
  ).toEqual([
    ["Processor of the host", ["busy"]],
    ["Network", ["received", "sent"]],
    ["Memory of containers", ["web-1", "web-2"]],
    ["up", ["value"]],
  ]);
});
