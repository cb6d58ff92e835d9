import { expect, test } from "vitest";
import { lineTime } from "./line-time.ts";

test.each([
  ["2026-11-21T09:00:00.123456789Z INFO ready", "2026-11-21T09:00:00.123Z"],
  ["2026-11-21 09:00:00,5+0100 ready", "2026-11-21T08:00:00.500Z"],
  ['level=info ts=2026-11-21T09:00:00-02:00 msg="x"', "2026-11-21T11:00:00.000Z"],
  ['10.0.0.1 - - [21/Nov/2026:09:00:00 +0100] "GET / HTTP/1.1" 200', "2026-11-21T08:00:00.000Z"],
  ['{"level":"info","ts":1795251600.25,"msg":"x"}', "2026-11-21T09:00:00.250Z"],
  ['{"time":1795251600250}', "2026-11-21T09:00:00.250Z"],
])("%s", (line, at) => {
  expect(lineTime(line)).toBe(Date.parse(at));
});

test.each(["", "no time here", "1.2.3.4:80", "9999-99-99T99:99:99Z", '{"count":1795251600}'])(
  "tells nothing of %j",
  (line) => {
    expect(lineTime(line)).toBeNull();
  },
);
