import { describe, expect, it } from "vitest";
import { Behaviour, type Profile, profileNames, profiles } from "./profiles.ts";

const many = 4_000;

/** One agent's first offers and spells. */
function lot(profile: Profile, seed: string, index: number) {
  const behaviour = new Behaviour(profile, seed, index);
  const times = [0, 1, 2];
  return {
    isSilent: behaviour.isSilent,
    offers: times.map(() => behaviour.offer(false)),
    drops: times.map(() => behaviour.nextDrop()),
    flaps: times.map(() => behaviour.nextFlap()),
  };
}

const everyone = (profile: Profile, seed = "7") =>
  Array.from({ length: many }, (_, index) => new Behaviour(profile, seed, index));

describe.each(profileNames)("the profile %s", (name) => {
  const profile = profiles[name];

  it("is the same again with the same seed, and another for another agent or seed", () => {
    expect(lot(profile, "7", 3)).toEqual(lot(profile, "7", 3));
    expect(lot(profile, "7", 4)).not.toEqual(lot(profile, "7", 3));
    expect(lot(profile, "8", 3)).not.toEqual(lot(profile, "7", 3));
  });

  it("lets as many fail, crash and fall silent as it says", () => {
    const offers = everyone(profile).map((one) => one.offer(false));
    const share = (holds: (offer: (typeof offers)[number]) => boolean) => offers.filter(holds).length / many;
    const silent = share(({ kind }) => kind === "silent");
    const failed = share(({ kind }) => kind === "failed");
    const crashed = share((offer) => offer.kind === "applied" && offer.crashAfterMs !== null);
    expect(Math.abs(silent - profile.silentShare)).toBeLessThan(0.01);
    expect(Math.abs(failed - profile.failShare * (1 - profile.silentShare))).toBeLessThan(0.02);
    const applies = (1 - profile.silentShare) * (1 - profile.failShare);
    expect(Math.abs(crashed - profile.crashShare * applies)).toBeLessThan(0.02);
  });

  it("keeps to its times", () => {
    const [least, most] = profile.applyMs;
    const offers = everyone(profile).map((one) => one.offer(false));
    const times = offers.flatMap((offer) => (offer.kind === "silent" ? [] : [offer.afterMs]));
    expect(Math.min(...times)).toBeGreaterThanOrEqual(least);
    expect(Math.max(...times)).toBeLessThanOrEqual(most);
    const drops = everyone(profile).map((one) => one.nextDrop());
    if (profile.drops === null) expect(new Set(drops)).toEqual(new Set([null]));
    else {
      const mean = drops.reduce((sum, drop) => sum + (drop?.inMs ?? 0), 0) / many;
      expect(mean / profile.drops.everyMs).toBeGreaterThan(0.9);
      expect(mean / profile.drops.everyMs).toBeLessThan(1.1);
    }
  });
});

it.each(profileNames)("lets the same agents of %s fall ill again and again, and few at a moment", (name) => {
  const { flaps } = profiles[name];
  const all = everyone(profiles[name]).map((one) => [one.nextFlap(), one.nextFlap()]);
  const sickly = all.filter(([first]) => first !== null);
  expect(all.filter(([first, second]) => (first === null) !== (second === null))).toEqual([]);
  expect(Math.abs(sickly.length / many - (flaps?.share ?? 0))).toBeLessThan(0.02);
  const [least, most] = flaps?.lastMs ?? [0, 0];
  const illShare = flaps ? (flaps.share * (least + most)) / 2 / flaps.everyMs : 0;
  expect(illShare).toBeLessThan(0.01);
});

it("does not fail, crash or refuse on the way back to what an agent has run", () => {
  const outcomes = everyone(profiles.crashy).map((one) => one.offer(true));
  expect(outcomes.every((one) => one.kind === "applied" && one.crashAfterMs === null)).toBe(true);
});

it("draws an offer's outcome whatever else happened before", () => {
  const [busy, calm] = [new Behaviour(profiles.flaky, "7", 3), new Behaviour(profiles.flaky, "7", 3)];
  for (let i = 0; i < 5; i++) busy.nextDrop();
  busy.offer(true);
  calm.offer(false);
  expect(busy.offer(false)).toEqual(calm.offer(false));
});
