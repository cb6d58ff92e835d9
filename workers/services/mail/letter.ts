/** A mail's content, once: its text and its HTML say the same. */
export interface Letter {
  /** Names the occasion in the store. */
  template: string;
  subject: string;
  text: string;
  html: string;
}

export interface LetterParts {
  template: string;
  subject: string;
  /** Paragraphs before the button. */
  lead: readonly string[];
  button?: { label: string; url: string };
  /** Facts such as when and from where. */
  facts?: readonly (readonly [string, string])[];
  /** Paragraphs after the button. */
  rest?: readonly string[];
}

/** Names come from strangers: no control characters, no line breaks. */
const oneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").trim();

const escapeHtml = (text: string): string =>
  text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");

const colors = { ground: "#f4f5f7", panel: "#ffffff", text: "#171a20", soft: "#5b6472", action: "#1f5fbf" };
const footer =
  "You get this mail because of your account at Muster, or because somebody entered your address there.";

export function letter(parts: LetterParts): Letter {
  const clean: LetterParts = {
    ...parts,
    subject: oneLine(parts.subject),
    lead: parts.lead.map(oneLine),
    rest: parts.rest?.map(oneLine) ?? [],
    facts: parts.facts?.map(([name, value]) => [oneLine(name), oneLine(value)] as const) ?? [],
  };
  return { template: clean.template, subject: clean.subject, text: textOf(clean), html: htmlOf(clean) };
}

function textOf({ lead, button, facts = [], rest = [] }: LetterParts): string {
  return [
    ...lead,
    ...(button ? [`${button.label}:\n${button.url}`] : []),
    ...(facts.length > 0 ? [facts.map(([name, value]) => `${name}: ${value}`).join("\n")] : []),
    ...rest,
    `-- \n${footer}\n`,
  ].join("\n\n");
}

function htmlOf({ subject, lead, button, facts = [], rest = [] }: LetterParts): string {
  const paragraph = (text: string) => `<p style="margin:0 0 16px">${escapeHtml(text)}</p>`;
  const url = button && escapeHtml(button.url);
  const action = button
    ? `<p style="margin:24px 0"><a href="${url}" style="background:${colors.action};color:#ffffff;display:inline-block;padding:12px 20px;border-radius:6px;text-decoration:none;font-weight:600">${escapeHtml(button.label)}</a></p>
<p style="margin:0 0 16px;color:${colors.soft};font-size:13px;word-break:break-all">Or open this address: <a href="${url}" style="color:${colors.action}">${url}</a></p>`
    : "";
  const rows = facts
    .map(
      ([name, value]) =>
        `<tr><td style="padding:2px 16px 2px 0;color:${colors.soft}">${escapeHtml(name)}</td><td style="padding:2px 0">${escapeHtml(value)}</td></tr>`,
    )
    .join("");
  const table =
    rows && `<table role="presentation" style="margin:0 0 16px;border-collapse:collapse">${rows}</table>`;
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(subject)}</title></head>
<body style="margin:0;padding:24px 12px;background:${colors.ground};color:${colors.text};font:16px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif">
<div style="max-width:560px;margin:0 auto">
<p style="margin:0 0 16px;font-weight:700;font-size:18px">Muster</p>
<div style="background:${colors.panel};border-radius:8px;padding:24px">
<h1 style="margin:0 0 16px;font-size:20px;line-height:1.3">${escapeHtml(subject)}</h1>
${lead.map(paragraph).join("\n")}
${action}
${table}
${rest.map(paragraph).join("\n")}
</div>
<p style="margin:16px 0 0;color:${colors.soft};font-size:13px">${escapeHtml(footer)}</p>
</div>
</body>
</html>
`;
}
