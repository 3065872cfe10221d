import type { Language, Text } from "../i18n";
import type { StudioProblem } from "./model/problem";
import { refusalText } from "./refusal_text";

/** One sentence about what went wrong and what to do. */
export function problemText(t: Text, language: Language, problem: StudioProblem): string {
  switch (problem.kind) {
    case "offline":
      return t("studio.problem.offline");
    case "signed_out":
      return t("studio.problem.signed_out");
    case "busy":
      return t("studio.problem.busy", { seconds: problem.retryAfterS });
    case "refused":
      return refusalText(t, language, problem.text);
    case "broken":
      return t("studio.problem.broken");
  }
}
