/** What may name a person or open a door, wherever a text holds it. */
const secrets: [RegExp, string][] = [
  [/[\w.+-]+@[\w-]+(\.[\w-]+)+/g, "[e-mail]"],
  [/\bBearer\s+[\w.~+/=-]+/gi, "Bearer [credential]"],
  [/\beyJ[\w-]+\.[\w-]+(\.[\w-]*)?/g, "[credential]"],
  [/\b[a-z]{2,4}_(?![0-7][0-9A-HJKMNP-TV-Z]{25}\b)[\w-]{20,}/g, "[credential]"],
  [/([?#])[^\s"'<>)\\]*/g, "$1[left out]"],
  [/\b(?:\d{1,3}\.){3}\d{1,3}\b/g, "[address]"],
  [/(?<![\w:.])(?:[\da-f]{0,4}:){2,7}[\da-f]{1,4}(?![\w:])/gi, "[address]"],
];

const scrubText = (text: string): string =>
  secrets.reduce((scrubbed, [pattern, instead]) => scrubbed.replace(pattern, instead), text);

/** The same value with every text of it scrubbed. */
function scrubDeep(value: unknown): unknown {
  if (typeof value === "string") return scrubText(value);
  if (Array.isArray(value)) return value.map(scrubDeep);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, held]) => [name, scrubDeep(held)]));
}

const pathOf = (url: string): string => url.replace(/^[a-z]+:\/\/[^/?#]*/i, "").replace(/[?#].*$/s, "");

/** What of an error report may hold more than our own code. */
interface ErrorReport {
  request?: { method?: string; url?: string };
  user?: unknown;
  breadcrumbs?: unknown;
  extra?: Record<string, unknown>;
  exception?: { values?: { value?: string }[] };
}

/**
 * An error report as it may leave us: which code broke and in which request, without headers, cookies, bodies, query strings,
 * people and addresses. Frames stay as they are: they hold our own code.
 */
export function scrub<E extends ErrorReport>(event: E): E {
  const { request, user: _user, breadcrumbs: _breadcrumbs, extra, exception, ...kept } = event;
  const path = request?.url ? pathOf(request.url) : undefined;
  return {
    ...(scrubDeep(kept) as object),
    ...(request && {
      request: { ...(request.method && { method: request.method }), ...(path && { url: path }) },
    }),
    ...(extra && { extra: scrubDeep(extra) }),
    ...(exception && {
      exception: {
        values: (exception.values ?? []).map((one) => ({
          ...one,
          ...(one.value !== undefined && { value: scrubText(one.value) }),
        })),
      },
    }),
  } as E;
}
