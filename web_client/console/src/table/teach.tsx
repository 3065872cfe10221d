import type { ReactNode } from "react";

import { Mark } from "../brand/mark";

interface Props {
  readonly title: string;
  readonly text: string;
  readonly action?: ReactNode;
}

/** An empty place that says what will stand here and how to begin. */
export function Teach({ title, text, action }: Props) {
  return (
    <div className="teach">
      <Mark size={44} />
      <strong>{title}</strong>
      <p>{text}</p>
      {action}
    </div>
  );
}
