import fc from "fast-check";
import { expect, test } from "vitest";
import { labelsBeneath, overlay, relabel } from "./operator-labels.ts";

const reported = { role: "web", zone: "a" };

test("a person's label wins, null takes one away, and a reset gives back what the agent reports", () => {
  const first = relabel({ labels: reported }, { set: { role: "db", zone: null, team: "x" }, reset: [] });
  expect(first).toEqual({
    labels: { role: "db", team: "x" },
    operator: { labels: { role: "db", team: "x", zone: null }, under: reported, name: null },
  });
  const second = relabel(first, { set: { team: null }, reset: ["zone"] });
  expect(second).toEqual({
    labels: { role: "db", zone: "a" },
    operator: { labels: { role: "db" }, under: { role: "web" }, name: null },
  });
  expect(relabel(second, { set: {}, reset: ["role"] })).toEqual({ labels: reported, operator: undefined });
});

test("what an agent reports later shows only where nobody said otherwise", () => {
  const { operator } = relabel({ labels: reported }, { set: { role: "db", zone: null }, reset: [] });
  const later = { role: "cache", zone: "b", disk: "ssd" };
  const next = overlay(later, operator?.labels ?? {}, null);
  expect(next.labels).toEqual({ role: "db", disk: "ssd" });
  expect(labelsBeneath(next.labels, next.operator)).toEqual(later);
});

test("a name alone is kept, and changes no label", () => {
  expect(overlay(reported, {}, "front")).toEqual({
    labels: reported,
    operator: { labels: {}, under: {}, name: "front" },
  });
});

test("whatever people say, what is beneath can be told again", () => {
  const key: fc.Arbitrary<string> = fc.constantFrom("a", "b", "c", "d");
  const labels = fc.dictionary(key, fc.constantFrom("1", "2"), { noNullPrototype: true });
  const set = fc.dictionary(key, fc.constantFrom("1", "2", null), { noNullPrototype: true });
  const change = fc.record({ set, reset: fc.array(key) });
  fc.assert(
    fc.property(labels, fc.array(change, { maxLength: 6 }), (beneath, changes) => {
      let agent: Parameters<typeof relabel>[0] = { labels: beneath };
      for (const one of changes) {
        agent = relabel(agent, one);
        expect(labelsBeneath(agent.labels, agent.operator)).toEqual(beneath);
        for (const [name, value] of Object.entries(one.set)) {
          if (!one.reset.includes(name)) expect(agent.labels[name]).toBe(value ?? undefined);
        }
      }
      expect(relabel(agent, { set: {}, reset: ["a", "b", "c", "d"] }).labels).toEqual(beneath);
    }),
  );
});
