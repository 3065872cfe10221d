import type { ReactNode } from "react";

import type { Tone } from "../runs/standing";
import "./state_mark.css";

interface Props {
  readonly tone: Tone;
  readonly children: ReactNode;
}

/** A state by shape, word and colour: never by colour alone. */
export function StateMark({ tone, children }: Props) {
  return (
    <span className={`state-mark state-${tone}`}>
      <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
        {SHAPES[tone]}
      </svg>
      {children}
    </span>
  );
}

const SHAPES: Readonly<Record<Tone, ReactNode>> = {
  quiet: <circle cx="5" cy="5" r="3.6" fill="none" stroke="currentColor" strokeWidth="1.6" />,
  busy: (
    <>
      <circle cx="5" cy="5" r="3.6" fill="none" stroke="currentColor" strokeWidth="1.6" />
      <path d="M5 1.4a3.6 3.6 0 0 1 0 7.2z" fill="currentColor" />
    </>
  ),
  good: <circle cx="5" cy="5" r="4.2" fill="currentColor" />,
  doubt: <path d="M5 .8 9.6 9H.4z" fill="currentColor" />,
  bad: <rect x="1" y="1" width="8" height="8" fill="currentColor" />,
};
