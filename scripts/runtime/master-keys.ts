import { randomBytes } from "node:crypto";
import { parseMasterKeys } from "../../domain/secrets/envelope.ts";

interface Changed {
  /** As `SECRETS_KEYS` has it. */
  ring: string;
  /** What was done, and what to do next. */
  said: string;
}

type Ring = { current: string; keys: Record<string, string> };

/** @throws Error that says what is wrong with the ring, and no key */
function read(text: string): Ring {
  parseMasterKeys(text);
  // Its shape was just checked.
  return JSON.parse(text) as Ring;
}

export const firstRing = (): string =>
  JSON.stringify({ current: "1", keys: { 1: randomBytes(32).toString("hex") } });

/** With a new key that wraps from now on; the others stay until nothing is wrapped by them. */
export function nextRing(text: string): Changed {
  const { current, keys } = read(text);
  const numbers = Object.keys(keys).map(Number).filter(Number.isSafeInteger);
  const next = String(Math.max(0, ...numbers) + 1);
  return {
    ring: JSON.stringify({ current: next, keys: { ...keys, [next]: randomBytes(32).toString("hex") } }),
    said: `Master key ${next} wraps from now on; ${current} stays. Give the ring to both Workers, the fleets' first, and drop ${current} once no data key is wrapped by it and no fleet is behind (muster secrets keys).`,
  };
}

/** @throws Error for the current key, and for one that is not there */
export function ringWithout(text: string, id: string): Changed {
  const { current, keys } = read(text);
  if (!(id in keys)) throw new Error(`has no master key ${id}; it has ${Object.keys(keys).join(", ")}`);
  if (id === current) throw new Error(`master key ${id} is current: begin a new one first`);
  const { [id]: _, ...rest } = keys;
  return {
    ring: JSON.stringify({ current, keys: rest }),
    said: `Master key ${id} is gone. What it alone wrapped cannot be opened any more.`,
  };
}
