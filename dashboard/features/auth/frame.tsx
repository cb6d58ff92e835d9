import { type ReactNode, useEffect } from "react";
import { Logo } from "../../ui/logo.tsx";

export function AuthFrame({ title, lead, children }: { title: string; lead: string; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Muster`;
  }, [title]);
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center gap-7 px-4 py-10">
      <div className="flex items-center gap-2.5">
        <Logo className="size-8" />
        <span className="text-xl font-semibold tracking-tight">Muster</span>
      </div>
      <div className="w-full max-w-sm rounded-xl border bg-raised p-6 sm:p-7">
        <h1 className="text-lg font-semibold">{title}</h1>
        <p className="mt-1 mb-5 text-base text-soft">{lead}</p>
        {children}
      </div>
    </main>
  );
}
