const searched = 160;
const iso = /(?<![\d-])(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?(Z|[+-]\d\d:?\d\d)?/;
/** Of access logs: `21/Nov/2026:09:00:00 +0000`, HAProxy's with a fraction and without a zone. */
const common = /(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(?: ([+-]\d{4}))?/;
/** Of structured logs: seconds, with a fraction, or milliseconds. */
const epoch = /"(?:ts|time|timestamp)":\s*(\d{10})(\d{3})?(?:\.(\d{1,9}))?\b/;
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const fraction = (digits: string | undefined) => (digits ? `.${digits.slice(0, 3).padEnd(3, "0")}` : "");
const zone = (text: string | undefined) =>
  text && text.length === 5 ? `${text.slice(0, 3)}:${text.slice(3)}` : (text ?? "");

/** When a line says that it was written, epoch ms; null = it does not. A time without a zone is this host's. */
export function lineTime(text: string): number | null {
  const head = text.slice(0, searched);
  const isoMatch = iso.exec(head);
  if (isoMatch) {
    const [, day, time, digits, offset] = isoMatch;
    return parsed(`${day}T${time}${fraction(digits)}${zone(offset)}`);
  }
  const commonMatch = common.exec(head);
  if (commonMatch) {
    const [, day, name = "", year, time, digits, offset] = commonMatch;
    const month = String(months.indexOf(name) + 1).padStart(2, "0");
    return parsed(`${year}-${month}-${day}T${time}${fraction(digits)}${zone(offset)}`);
  }
  const epochMatch = epoch.exec(head);
  if (!epochMatch) return null;
  const [, seconds, ms, digits] = epochMatch;
  return ms ? Number(`${seconds}${ms}`) : Math.floor(Number(`${seconds}${fraction(digits)}`) * 1000);
}

function parsed(text: string): number | null {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
}
