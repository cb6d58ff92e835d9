/** D1 whose calls are counted: each is one round trip to the store, whatever it asks. */
export interface CountedStore {
  db: D1Database;
  calls(): number;
}

const asking = new Set(["all", "first", "raw", "run"]);

export function countStoreCalls(db: D1Database): CountedStore {
  let calls = 0;
  const originals = new WeakMap<D1PreparedStatement, D1PreparedStatement>();

  function counted(statement: D1PreparedStatement): D1PreparedStatement {
    const made = new Proxy(statement, {
      get(target, property) {
        const value: unknown = Reflect.get(target, property);
        if (typeof value !== "function") return value;
        if (property === "bind") return (...values: unknown[]) => counted(target.bind(...values));
        if (asking.has(String(property))) calls++;
        return value.bind(target);
      },
    });
    originals.set(made, statement);
    return made;
  }

  const proxy = new Proxy(db, {
    get(target, property) {
      if (property === "prepare") return (query: string) => counted(target.prepare(query));
      if (property === "batch") {
        return (statements: D1PreparedStatement[]) => {
          calls++;
          return target.batch(statements.map((one) => originals.get(one) ?? one));
        };
      }
      const value: unknown = Reflect.get(target, property);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return { db: proxy, calls: () => calls };
}
