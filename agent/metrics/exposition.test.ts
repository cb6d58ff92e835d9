import { expect, test } from "vitest";
import { readFamilies } from "./exposition.ts";

const text = `# HELP http_requests_total Requests.
# TYPE http_requests_total counter
http_requests_total{method="post",code="200"} 1027 1395066363000
http_requests_total{code="400",method="post",} 3
  http_requests_total{code="500"} 9
# TYPE declared gauge
# TYPE open_metrics counter
escaped{path="C:\\\\DIR\\\\",error="Cannot find \\"a\\"\\nb, c}"} 1.5e+2 # {trace="x"} 1
plain 0x10
no_value
broken{a=b} 1
broken{a="b"} one
nan_value NaN
limit{le="+Inf"} +Inf
other 7
`;

const read = (...names: string[]) => readFamilies(text, new Set(names));

test("reads the samples of the wanted names", () => {
  const samples = read("http_requests_total").get("http_requests_total")?.samples ?? [];
  expect(samples.map(({ labels, value }) => [labels.get("code"), value])).toEqual([
    ["200", 1027],
    ["400", 3],
    ["500", 9],
  ]);
  expect([...read("http_requests_total").keys()]).toEqual(["http_requests_total"]);
});

test("tells series apart whatever the order of their labels", () => {
  const swapped = readFamilies('m{b="2",a="1"} 1\nm{a="1",b="2"} 2', new Set(["m"])).get("m")?.samples ?? [];
  expect(swapped[0]?.series).toBe(swapped[1]?.series);
});

test("undoes escapes, and leaves exemplars out", () => {
  const [sample] = read("escaped").get("escaped")?.samples ?? [];
  expect(sample?.labels.get("path")).toBe("C:\\DIR\\");
  expect(sample?.labels.get("error")).toBe('Cannot find "a"\nb, c}');
  expect(sample?.value).toBe(150);
});

test("knows a family that is only declared, also by OpenMetrics' name", () => {
  const families = read("declared", "open_metrics_total", "absent");
  expect(families.get("declared")).toEqual({ samples: [] });
  expect(families.get("open_metrics_total")).toEqual({ samples: [] });
  expect(families.has("absent")).toBe(false);
});

test("passes over what cannot be read", () => {
  const families = read("no_value", "broken", "nan_value", "limit");
  expect(families.get("broken")).toBeUndefined();
  expect(families.get("no_value")).toBeUndefined();
  expect(families.get("nan_value")).toBeUndefined();
  expect(families.get("limit")?.samples[0]?.value).toBe(Number.POSITIVE_INFINITY);
});
