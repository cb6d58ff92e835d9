import { expect, test } from "vitest";
import { readAgentsSearch, readConfigSearch, readReturn } from "./search.ts";

test.each(["https://evil.example", "//evil.example", "/\\evil.example", "/sign-in", ""])(
  "after sign-in nobody is sent to %s",
  (path) => {
    expect(readReturn({ return: path })).toEqual({});
  },
);

test("after sign-in one is sent back to the page that was asked for", () => {
  expect(readReturn({ return: "/fleets/flt_1?q=web" })).toEqual({ return: "/fleets/flt_1?q=web" });
});

test("filters that do not exist are dropped from the address", () => {
  expect(
    readAgentsSearch({ status: "asleep", config: "failed", q: 42, sort: "colour", desc: "yes" }),
  ).toEqual({
    q: "42",
    config: "failed",
  });
});

test("compared versions are whole numbers from 1", () => {
  expect(readConfigSearch({ tab: "versions", from: 0, to: 3 })).toEqual({ tab: "versions", to: 3 });
});
