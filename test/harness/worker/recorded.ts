/** Real answers, as the reference shows them: with ids, times and secrets that stay the same from run to run. */

const time = "2026-11-21T09:00:00.000Z";
const sha256 = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** One for all examples, so that the same thing has the same id in each. */
export function createSteadier() {
  const ids = new Map<string, string>();
  const counts = new Map<string, number>();

  function idFor(id: string): string {
    const known = ids.get(id);
    if (known) return known;
    const prefix = id.split("_")[0] ?? "";
    const count = (counts.get(prefix) ?? 0) + 1;
    counts.set(prefix, count);
    const end = `${alphabet[Math.floor(count / 32) % 32]}${alphabet[count % 32]}`;
    const made = `${prefix}_01JD00000000000000000000${end}`;
    ids.set(id, made);
    return made;
  }

  const text = (value: string): string =>
    value
      .replace(/\b[a-z]{2,4}_[0-7][0-9A-HJKMNP-TV-Z]{25}\b/g, idFor)
      .replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, time)
      .replace(/[\w.+-]+-[0-9a-f]{8}-[0-9a-f-]{27}@example\.com/g, "ada@example.com")
      .replace(
        /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g,
        "0193f5a0-0000-7000-8000-000000000001",
      )
      .replace(/\b[0-9a-f]{64}\b/g, sha256)
      .replace(/\beyJ[\w-]+\.[\w-]+\.[\w-]+/g, "eyJhbGciOiJFZERTQSJ9.e30.c2lnbmF0dXJl")
      .replace(/\b(m[a-z]{1,3}_|whsec_)[\w+/=-]{16,}/g, "$1shown-only-here-and-never-again");

  return function steady(value: unknown): unknown {
    if (typeof value === "string") return text(value);
    if (Array.isArray(value)) return value.map(steady);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, held]) => [text(name), steady(held)]));
  };
}
