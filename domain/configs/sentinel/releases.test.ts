import { describe, expect, it } from "vitest";
import { validate } from "../kinds.ts";
import { nameRelease, readRelease } from "./releases.ts";

describe("what agents say of their version", () => {
  it.each([
    ["0.6.17", [0, 6, 17]],
    ["v0.6.17-dirty", [0, 6, 17]],
    ["zentinel 0.6.17", [0, 6, 17]],
    ["26.06_2", [0, 6, 17]],
    ["26.06", [0, 6, 15]],
    ["26.06_9", [0, 6, 18]],
    ["latest", null],
    ["", null],
  ])("%j", (reported, expected) => {
    expect(readRelease(reported)).toEqual(expected);
  });
});

const config = `system {
    worker-threads 0
}
listeners {
    listener "http" {
        address "0.0.0.0:8080"
        keepalive-max-requests 100
    }
}
`;
const found = (versions: string[]) =>
  validate("sentinel-kdl", config, { versions, components: null }).map(
    ({ severity, code, line, column, path }) => `${line}:${column} ${severity} ${code} ${path}`,
  );

describe("a setting that came with a later version", () => {
  const place = "needs_newer_proxy listeners.listener[http].keepalive-max-requests";

  it("is an error where no agent knows it, and a warning where some do not", () => {
    expect(found(["0.5.12"])).toEqual([`7:9 error ${place}`]);
    expect(found(["0.5.12", "26.03_1"])).toEqual([`7:9 error ${place}`]);
    expect(found(["0.5.12", "0.6.4"])).toEqual([`7:9 warning ${place}`]);
  });

  it("is fine from its version on, and where agents do not say theirs", () => {
    expect(found(["0.6.4", "26.08_1"])).toEqual([]);
    expect(found([])).toEqual([]);
    expect(found(["latest"])).toEqual([]);
  });

  it("is named by both names of the version", () => {
    expect(nameRelease([0, 6, 4])).toBe("0.6.4 (26.04_1)");
  });
});
