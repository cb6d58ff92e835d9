const whole = new Intl.NumberFormat("en");

export function count(value: number): string {
  return whole.format(value);
}

export function plural(value: number, one: string, many = `${one}s`): string {
  return `${whole.format(value)} ${value === 1 ? one : many}`;
}

/** Millionths of the currency unit; amounts under a cent keep their significant digits. */
export function money(micros: number, currency: string): string {
  const units = micros / 1_000_000;
  const small = units !== 0 && Math.abs(units) < 0.01;
  return new Intl.NumberFormat("en", {
    style: "currency",
    currency,
    minimumFractionDigits: 2,
    maximumFractionDigits: small ? 6 : 2,
  }).format(units);
}

export function bytes(size: number): string {
  if (size < 1024) return `${size} B`;
  if (size < 1024 * 1024) return `${(size / 1024).toFixed(1)} KiB`;
  return `${(size / 1024 / 1024).toFixed(1)} MiB`;
}

/** `rolling_back` → `rolling back`, for showing a state's own word. */
export function words(state: string): string {
  return state.replaceAll("_", " ").replaceAll("-", " ");
}

export function shortHash(hash: string | null): string {
  if (hash === null) return "none";
  return hash === "" ? "none of ours" : hash.slice(0, 12);
}
