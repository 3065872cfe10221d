"""What a command says: result lines on stdout, everything else on stderr."""

import json
from dataclasses import dataclass
from typing import TextIO


@dataclass(frozen=True, slots=True)
class Output:
    """The two streams of a command.

    With `as_json`, stdout carries one JSON object per line and nothing else.
    """

    out: TextIO
    err: TextIO
    as_json: bool

    def result(self, document: dict[str, object], text: str) -> None:
        """Write one result: the document as a JSON line, or the text for people."""
        line = json.dumps(document, ensure_ascii=False) if self.as_json else text
        self.out.write(line + "\n")
        self.out.flush()

    def message(self, text: str) -> None:
        """Write something that is no result."""
        self.err.write(text + "\n")
        self.err.flush()
