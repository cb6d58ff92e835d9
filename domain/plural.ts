/** A count with its noun: "1 agent", "3 agents". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${fitting(count, one, many)}`;
}

/** The words alone, for a verb or what follows it: "runs" of one, "run" of none or many. */
export function fitting(count: number, one: string, many: string): string {
  return count === 1 ? one : many;
}
