import type { OutboxMail } from "./outbox.ts";

const escapeHtml = (text: string): string =>
  text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");

const styles = `
:root { color-scheme: light dark; --line: #d8dce3; --soft: #5b6472; --ground: #fff; --panel: #f5f6f8; --text: #171a20; --link: #1f5fbf }
@media (prefers-color-scheme: dark) { :root { --line: #303641; --soft: #9aa4b2; --ground: #14171c; --panel: #1c2027; --text: #e6e9ee; --link: #7fb0ff } }
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.5 system-ui, sans-serif }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1rem 4rem }
a { color: var(--link) } a:focus-visible { outline: 2px solid var(--link); outline-offset: 2px }
.scroll { overflow-x: auto }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .4rem 1rem .4rem 0; border-bottom: 1px solid var(--line); vertical-align: top }
.soft { color: var(--soft) }
pre { background: var(--panel); padding: 1rem; border-radius: .5rem; white-space: pre-wrap; overflow-wrap: anywhere }
iframe { width: 100%; height: 34rem; border: 1px solid var(--line); border-radius: .5rem; background: #fff }
`;

/** A link to open from the text, so that nobody has to copy it. */
const linked = (text: string): string =>
  escapeHtml(text).replace(/https?:\/\/[^\s<]+[^\s<.]/g, (url) => `<a href="${url}">${url}</a>`);

/** The list, newest first, or one mail. Works without scripts. */
export function outboxPage(mails: readonly OutboxMail[], shown?: OutboxMail): string {
  const title = shown ? shown.subject : "Outbox";
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(title)} · Muster</title><style>${styles}</style></head>
<body><main>${shown ? oneMail(shown) : list(mails)}</main></body>
</html>`;
}

function list(mails: readonly OutboxMail[]): string {
  const rows = mails.map(
    (mail) =>
      `<tr><td class="soft">${escapeHtml(mail.at.slice(0, 19).replace("T", " "))}</td><td>${escapeHtml(mail.to)}</td><td><a href="/mails/${mail.id}">${escapeHtml(mail.subject)}</a></td></tr>`,
  );
  const table = `<div class="scroll"><table><thead><tr><th>Sent (UTC)</th><th>To</th><th>Subject</th></tr></thead><tbody>${rows.join("\n")}</tbody></table></div>`;
  return `<h1>Outbox</h1>
<p class="soft">What this local Muster mails goes here, and nowhere else. Load the page again to see what is new.</p>
${mails.length > 0 ? table : "<p>No mail yet.</p>"}`;
}

function oneMail(mail: OutboxMail): string {
  return `<p><a href="/">All mails</a></p>
<h1>${escapeHtml(mail.subject)}</h1>
<p class="soft">From ${escapeHtml(mail.from)} to ${escapeHtml(mail.to)}, ${escapeHtml(mail.at)}</p>
<h2>Text</h2>
<pre>${linked(mail.text)}</pre>
<h2>HTML</h2>
<iframe title="The mail as HTML" sandbox="allow-popups allow-top-navigation-by-user-activation" src="/html/${mail.id}"></iframe>`;
}
