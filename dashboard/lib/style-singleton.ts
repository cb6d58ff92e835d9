import { useEffect } from "react";

/** What `react-style-singleton` does, with an adopted stylesheet in place of a <style> element. */
export function styleSingleton() {
  const sheet = new CSSStyleSheet();
  let users = 0;
  const add = (styles: string) => {
    users++;
    if (users > 1) return;
    sheet.replaceSync(styles);
    document.adoptedStyleSheets.push(sheet);
  };
  const remove = () => {
    users--;
    if (users > 0) return;
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
  };
  // biome-ignore lint/correctness/noComponentHookFactories: the packages that import this call it once, at their top level.
  return function Sheet({ styles, dynamic = false }: { styles: string; dynamic?: boolean }) {
    const key = dynamic ? styles : "";
    // biome-ignore lint/correctness/useExhaustiveDependencies: the styles count when they are added, unless they are dynamic.
    useEffect(() => {
      add(styles);
      return remove;
    }, [key]);
    return null;
  };
}
