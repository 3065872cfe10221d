/** The mark: a viewfinder of ink, and the touch of gold in it. */
export function Mark({ size = 32 }: { readonly size?: number }) {
  return (
    <svg className="mark" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <path
        className="mark-frame"
        d="M5 11.5V8a3 3 0 0 1 3-3h3.5M20.5 5H24a3 3 0 0 1 3 3v3.5M27 20.5V24a3 3 0 0 1-3 3h-3.5M11.5 27H8a3 3 0 0 1-3-3v-3.5"
        fill="none"
        strokeWidth="2.4"
        strokeLinecap="round"
      />
      <circle className="mark-ring" cx="16" cy="16" r="7.2" fill="none" strokeWidth="0.8" />
      <circle className="mark-touch" cx="16" cy="16" r="4" />
    </svg>
  );
}
