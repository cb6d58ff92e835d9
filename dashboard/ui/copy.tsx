import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { toast } from "sonner";
import { IconButton } from "./button.tsx";
import { ScrollBox } from "./scroll-box.tsx";

export function CopyButton({ text, label }: { text: string; label: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = () => {
    navigator.clipboard
      .writeText(text)
      .then(() => setCopied(true))
      .catch(() => toast.error("The browser did not allow copying. Select the text and copy it by hand."));
  };
  return (
    <IconButton label={copied ? "Copied" : label} onClick={copy}>
      {copied ? <Check aria-hidden className="text-good" /> : <Copy aria-hidden />}
    </IconButton>
  );
}

/** A command or a secret, in a box of its own that scrolls and copies. */
export function CopyBlock({ text, label }: { text: string; label: string }) {
  return (
    <div className="flex min-w-0 items-start gap-1 rounded-md border bg-sunken p-1 pl-3">
      <ScrollBox label={label} className="min-w-0 flex-1 overflow-x-auto py-1.5">
        <pre className="font-mono text-sm">{text}</pre>
      </ScrollBox>
      <CopyButton text={text} label={`Copy ${label}`} />
    </div>
  );
}
