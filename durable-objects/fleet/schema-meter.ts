/** The meter's own steps of the object's schema, append-only; `schema.ts` lists them. */
export const meterSteps = [
  {
    name: "meter-1",
    sql: `
      CREATE TABLE meter_hours (
        hour INTEGER NOT NULL,
        meter TEXT NOT NULL,
        units INTEGER NOT NULL,
        stated INTEGER NOT NULL,
        sequence INTEGER NOT NULL,
        PRIMARY KEY (hour, meter)
      ) WITHOUT ROWID;
      CREATE TABLE meter_state (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        settled_until INTEGER NOT NULL
      );
    `,
  },
] as const;
