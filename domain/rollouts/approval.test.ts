import fc from "fast-check";
import { expect, test } from "vitest";
import { DomainError } from "../errors.ts";
import type { UserId } from "../ids.ts";
import { type Approvable, type ApprovalFacts, approvalFor, decideApproval } from "./approval.ts";
import { rolloutStates } from "./states.ts";

const ada = "usr_ada" as UserId;
const bob = "usr_bob" as UserId;
const asked = (byAnother: boolean): ApprovalFacts => ({
  required: true,
  byAnother,
  verdict: null,
  by: null,
  person: null,
  comment: null,
  at: null,
});
const rollout = (approval: ApprovalFacts | null, changes: Partial<Approvable["facts"]> = {}): Approvable => ({
  header: { id: "rol_1", state: approval?.verdict ? "scheduled" : "awaiting_approval" },
  facts: { approval, author: "Ada", person: ada, ...changes },
});
const by = (person: UserId, verdict: "approve" | "reject" = "approve") => ({
  verdict,
  name: person === ada ? "Ada" : "Bob",
  person,
  comment: null,
});
const codeOf = (decide: () => unknown): string => {
  try {
    decide();
    return "allowed";
  } catch (error) {
    if (error instanceof DomainError) return error.refusal.code;
    throw error;
  }
};

test.each([
  [false, false, null],
  [true, false, false],
  [false, true, true],
  [true, true, true],
])("gate %s, protected %s: another person's: %s", (approval, isProtected, another) => {
  const facts = approvalFor({ gates: { approval }, policy: { protected: isProtected } });
  expect(facts?.byAnother ?? null).toBe(another);
});

test.each([
  ["its author, where nothing is protected", rollout(asked(false)), by(ada), "allowed"],
  ["its author, in a protected environment", rollout(asked(true)), by(ada), "forbidden"],
  ["another, in a protected environment", rollout(asked(true)), by(bob), "allowed"],
  ["whose author nobody knows", rollout(asked(true), { person: null }), by(bob), "forbidden"],
  ["rejected by its author", rollout(asked(true)), by(ada, "reject"), "allowed"],
  ["that asks for nobody's", rollout(null), by(bob), "conflict"],
  [
    "that is approved, and is rejected now",
    rollout({ ...asked(true), verdict: "approve", by: "Bob" }),
    by(bob, "reject"),
    "conflict",
  ],
  ["that was rejected", rollout({ ...asked(true), verdict: "reject", by: "Bob" }), by(bob), "conflict"],
])("one %s: %4$s", (_, row, said, wanted) => {
  expect(codeOf(() => decideApproval(row, said))).toBe(wanted);
});

test("says who may, and what to do instead", () => {
  expect(() => decideApproval(rollout(asked(true)), by(ada))).toThrow(
    /another person must approve it. Ask an operator/,
  );
  const rejected = rollout({ ...asked(true), verdict: "reject", by: "Bob" });
  expect(() => decideApproval(rejected, by(bob))).toThrow(/rejected by Bob, which is final/);
});

test("the same verdict twice changes nothing, and no author ever approves their own protected rollout", () => {
  const person = fc.constantFrom(ada, bob);
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.constantFrom(...rolloutStates),
      fc.option(person),
      person,
      fc.constantFrom("approve" as const, "reject" as const),
      (byAnother, state, author, approver, verdict) => {
        const row: Approvable = {
          header: { id: "rol_1", state },
          facts: { approval: asked(byAnother), author: "Ada", person: author },
        };
        let kept: ReturnType<typeof decideApproval> = null;
        if (codeOf(() => (kept = decideApproval(row, by(approver, verdict)))) !== "allowed") return;
        expect(state).toBe("awaiting_approval");
        expect(kept).toMatchObject({ verdict, person: approver });
        if (byAnother && verdict === "approve") expect([null, approver]).not.toContain(author);
        const next = { ...row, facts: { ...row.facts, approval: { ...asked(byAnother), verdict } } };
        expect(decideApproval(next, by(approver, verdict))).toBeNull();
      },
    ),
  );
});
