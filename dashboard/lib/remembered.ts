/** Small choices that outlive the page, such as the last fleet; a browser that blocks storage forgets them. */
export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(`muster.${name}`, value);
  } catch {
    // Storage is blocked: nothing is remembered.
  }
}

export function recall(name: string): string | null {
  try {
    return localStorage.getItem(`muster.${name}`);
  } catch {
    return null;
  }
}
