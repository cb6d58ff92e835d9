// Runs before the first paint, so that a dark page never flashes white. Kept out of the HTML for the CSP.
(() => {
  let choice = "system";
  try {
    choice = localStorage.getItem("muster.theme") ?? "system";
  } catch {
    // Storage is blocked: follow the system.
  }
  const dark =
    choice === "dark" || (choice === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
