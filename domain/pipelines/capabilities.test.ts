import { expect, it } from "vitest";
import { collectorComponents, findComponent } from "../configs/collector/components.ts";
import { carriedByOthers, carries, connectedByOthers, connects } from "./capabilities.ts";
import { signals } from "./model.ts";

it("says of every known component what its catalogue says, by each of its names", () => {
  for (const { role, type, aliases = [], signals: carried, connects: pairs } of collectorComponents) {
    for (const component of [type, ...aliases]) {
      if (role === "connector") {
        const joined = signals.flatMap((from) =>
          signals.flatMap((to) => (connects({ role, component }, from, to) ? [{ from, to }] : [])),
        );
        expect(joined).toHaveLength(pairs.length);
        expect(joined).toEqual(expect.arrayContaining([...pairs]));
      } else {
        expect([component, carries({ role, component })]).toEqual([component, carried]);
      }
    }
  }
});

it("knows nothing twice", () => {
  const twice = [
    ...(["receiver", "processor", "exporter"] as const).flatMap((role) =>
      Object.keys(carriedByOthers[role]).filter((type) => findComponent(role, type)),
    ),
    ...Object.keys(connectedByOthers).filter((type) => findComponent("connector", type)),
  ];
  expect(twice).toEqual([]);
});

it("lets what it does not know carry anything", () => {
  for (const component of ["homemade", "constructor"]) {
    expect(carries({ role: "receiver", component })).toEqual(signals);
    expect(carries({ role: "connector", component })).toEqual(signals);
    expect(connects({ role: "connector", component }, "logs", "traces")).toBe(true);
  }
});
