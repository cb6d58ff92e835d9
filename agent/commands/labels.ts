/** Takes one `--label key=value` more. Throws when it is written in another way. */
export function addLabel(text: string, labels: Record<string, string>): Record<string, string> {
  const at = text.indexOf("=");
  if (at < 1) throw new Error(`--label ${text}: write it as key=value`);
  return { ...labels, [text.slice(0, at)]: text.slice(at + 1) };
}
