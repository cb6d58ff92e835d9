export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true" className={className}>
      <rect width="32" height="32" rx="8" fill="oklch(0.24 0.018 270)" />
      <path
        d="M8 22V11l8 7 8-7v11"
        fill="none"
        stroke="var(--brand)"
        strokeWidth="3.2"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
