import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { DomainError } from "../../domain/errors.ts";

/** One of the parameter sets that OWASP lists for scrypt; 16 MiB at once, which a Worker's 128 MB can bear. */
const cost = { N: 2 ** 14, r: 8, p: 5 };
const keyBytes = 32;

function derive(password: string, salt: Buffer, { N, r, p }: typeof cost): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize("NFKC"), salt, keyBytes, { N, r, p, maxmem: 256 * N * r }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}

export interface Passwords {
  hash(password: string): Promise<string>;
  /** Does the same work when `stored` is undefined, and answers false. */
  matches(password: string, stored: string | undefined): Promise<boolean>;
}

const maxWaiting = 50;

/** One derivation at a time: each takes 128·N·r bytes. Refuses (`unavailable`) when too many wait. */
export function scryptPasswords(): Passwords {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    if (waiting >= maxWaiting) {
      throw new DomainError({
        code: "unavailable",
        detail: "Too many people are signing in at once. Try again in a few seconds.",
        retryAfterSeconds: 5,
      });
    }
    waiting++;
    const mine = last.then(work, work);
    last = mine;
    try {
      return await mine;
    } finally {
      waiting--;
    }
  };
  return {
    async hash(password) {
      const salt = randomBytes(16);
      const key = await inTurn(() => derive(password, salt, cost));
      return ["scrypt", cost.N, cost.r, cost.p, salt.toString("base64url"), key.toString("base64url")].join(
        "$",
      );
    },
    async matches(password, stored) {
      const [, N, r, p, salt, key] = stored?.split("$") ?? [];
      if (!stored || !salt || !key) {
        await inTurn(() => derive(password, Buffer.alloc(16), cost));
        return false;
      }
      const parameters = { N: Number(N), r: Number(r), p: Number(p) };
      const derived = await inTurn(() => derive(password, Buffer.from(salt, "base64url"), parameters));
      return timingSafeEqual(derived, Buffer.from(key, "base64url"));
    },
  };
}
