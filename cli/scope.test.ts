import { describe, expect, it } from "vitest";
import { Failure } from "./exit-codes.ts";
import { choose, pick } from "./scope.ts";

const globals = { json: false };
const stored = { org: "o", project: "p", fleet: "f" };

describe("choose", () => {
  it("puts the flag before the environment before `muster use`", () => {
    const env = { MUSTER_FLEET: "from-env" };
    expect(choose({ ...globals, fleet: "from-flag" }, env, stored).fleet).toBe("from-flag");
    expect(choose(globals, env, stored).fleet).toBe("from-env");
    expect(choose(globals, {}, stored)).toEqual(stored);
  });

  it("sets the stored narrower choices aside when a wider one is made", () => {
    expect(choose({ ...globals, project: "other" }, {}, stored)).toEqual({
      org: "o",
      project: "other",
      fleet: undefined,
    });
    expect(choose(globals, { MUSTER_ORG: "other" }, stored)).toEqual({
      org: "other",
      project: undefined,
      fleet: undefined,
    });
  });

  it("takes an empty variable as not set", () => {
    expect(choose(globals, { MUSTER_ORG: "", MUSTER_FLEET: "" }, stored)).toEqual(stored);
  });
});

describe("pick", () => {
  const items = [
    { id: "flt_1", name: "Web", slug: "web" },
    { id: "flt_2", name: "Twin", slug: "twin-1" },
    { id: "flt_3", name: "Twin", slug: "twin-2" },
  ];
  const find = (wanted: string) => pick("fleet", wanted, items, "muster fleets create <name>");

  it("finds by id, slug and name", () => {
    for (const wanted of ["flt_1", "web", "Web"]) expect(find(wanted).id).toBe("flt_1");
  });
  it("says what exists when nothing fits", () => {
    expect(() => find("wbe")).toThrow(/No fleet "wbe"\. There is: web, twin-1, twin-2\./);
    expect(() => pick("fleet", "x", [], "muster fleets create <name>")).toThrow(
      /none yet: muster fleets create/,
    );
  });
  it("asks for the id when several have the name", () => {
    expect(() => find("Twin")).toThrow(/flt_2, flt_3\. Use the id/);
  });
  it("exits with not found", () => {
    try {
      find("wbe");
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(Failure);
      expect(error instanceof Failure && error.exit).toBe("notFound");
    }
  });
});
