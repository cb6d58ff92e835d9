import { expect, test } from "vitest";
import { chooser, InputConflictError } from "./values.ts";

const row = (id: string, fleet: string | null, selector: string) => ({ id, name: "A", fleet, selector });

test("the most special row wins", () => {
  const rows = [
    row("environment", null, ""),
    row("fleet", "flt_1", ""),
    row("labels", null, "role=db"),
    row("fleet labels", "flt_1", "role=db,zone=a"),
  ];
  const choose = chooser([...rows].reverse());
  expect(choose("A", { role: "db", zone: "a" })?.id).toBe("fleet labels");
  expect(choose("A", { role: "db" })?.id).toBe("labels");
  expect(choose("A", {})?.id).toBe("fleet");
  expect(chooser(rows.slice(0, 1))("A", {})?.id).toBe("environment");
  expect(choose("B", {})).toBeNull();
});

test("two rows of one level that match one agent are refused, by their selectors", () => {
  const choose = chooser([row("1", null, "role=db"), row("2", null, "zone=a"), row("3", null, "")]);
  expect(choose("A", { role: "db", zone: "b" })?.id).toBe("1");
  expect(() => choose("A", { role: "db", zone: "a" })).toThrow(InputConflictError);
  expect(() => choose("A", { role: "db", zone: "a" })).toThrow(/"role=db".*"zone=a"/);
});
