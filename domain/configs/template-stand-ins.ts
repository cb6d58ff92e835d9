// No name is longer, and so no end is looked for further on.
const inName = /(\$\{(?:var|secret|agent):)\$\{param:([^}\n\r]{0,200})\}/g;
const parameter = /(\$?)\$\{param:([^}\n\r]{0,200})\}/g;
const name = (text: string) => "p".repeat(text.length);

/**
 * A template's text as its kind can check it before there are values: labels stand for parameters, as both are known
 * only later and are as long, so that every place stays where it is.
 */
export function withStandIns(content: string): string {
  return content
    .replace(inName, (_found, opening: string, inner: string) => `${opening}${name(`\${param:${inner}}`)}`)
    .replace(parameter, (found, before: string, inner: string) =>
      before === "$" || inner === "" ? found : `\${agent:${name(inner)}}`,
    );
}
