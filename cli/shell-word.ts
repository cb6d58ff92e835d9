/** A word as a POSIX shell takes it: quoted if it must be, so that a line that is shown can be pasted. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
