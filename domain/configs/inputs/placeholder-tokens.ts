import { scanPlaceholders } from "./placeholders.ts";

const first = 0xe010;
const digits = 16;
/** One mark, seven digits: no placeholder is shorter. */
const tokenLength = 8;
const ours = /\uE020[\uE010-\uE01F]{7}/g;

/**
 * Puts letters for private use in the place of placeholders, so that YAML reads and writes them as words wherever they
 * stand. A token is as long as what it stands for, so places stay.
 */
export class PlaceholderTokens {
  readonly #texts: string[] = [];
  readonly #known = new Map<string, string>();
  /** True = the text has such letters of its own, so that nothing is masked. */
  readonly off: boolean;

  constructor(text: string) {
    this.off = /[\uE010-\uE021]/.test(text);
  }

  mask(text: string): string {
    if (this.off || !text.includes("${")) return text;
    let masked = "";
    let at = 0;
    for (const { offset, length } of scanPlaceholders(text).placeholders) {
      masked += text.slice(at, offset) + this.hide(text.slice(offset, offset + length));
      at = offset + length;
    }
    return masked + text.slice(at);
  }

  unmask(text: string): string {
    if (this.#texts.length === 0) return text;
    return text.replaceAll("\uE021", "").replace(ours, (token) => {
      let index = 0;
      for (const digit of token.slice(1)) index = index * digits + digit.charCodeAt(0) - first;
      return this.#texts[index] ?? token;
    });
  }

  /** A word that stands for the text. */
  hide(placeholder: string): string {
    const known = this.#known.get(placeholder);
    if (known !== undefined) return known;
    let number = "";
    for (let rest = this.#texts.length, i = 1; i < tokenLength; i++, rest = Math.floor(rest / digits)) {
      number = String.fromCharCode(first + (rest % digits)) + number;
    }
    const token = `\uE020${number}`.padEnd(placeholder.length, "\uE021");
    this.#texts.push(placeholder);
    this.#known.set(placeholder, token);
    return token;
  }
}
