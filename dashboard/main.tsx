import "./styles.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Toaster } from "sonner";
import { queryClient } from "./api/queries.ts";
import { useTheme } from "./lib/theme.ts";
import { router } from "./routes/router.ts";

function App() {
  const theme = useTheme();
  return (
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
      <Toaster
        theme={theme}
        position="bottom-right"
        closeButton
        toastOptions={{
          duration: 6000,
          actionButtonStyle: { background: "var(--ink)", color: "var(--on-ink)" },
        }}
      />
    </QueryClientProvider>
  );
}

const reloadedFor = "muster.reloadedFor";
// A deploy took away the part that was asked for: the new page knows its parts. Once per address, so never in a loop.
addEventListener("vite:preloadError", (event) => {
  if (sessionStorage.getItem(reloadedFor) === location.href) return;
  event.preventDefault();
  sessionStorage.setItem(reloadedFor, location.href);
  location.reload();
});

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
