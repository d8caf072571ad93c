"""What is said about one target: the passage, where the target and its rivals stand, and what of it decides."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from influence.text.sentiment import lexicon
from influence.text.sentiment.tokens import NAME

PROSE_WORDS = 10
Span = tuple[int, int]


@dataclass(frozen=True)
class Passage:
    """What is said about one target: the text (a sentence or two), where the target is, and where rivals are."""

    text: str
    target: Span | None = None
    rivals: tuple[Span, ...] = ()
    clause: Span | None = None
    """The clause about the target, within `text`; None: all of it."""
    names: tuple[Span, ...] = ()
    """Wherever the target's name stands; none: as far as is known only at `target`."""
    is_shared: bool = False
    """Other targets of the same text are asked about as well."""

    @cached_property
    def is_contested(self) -> bool:
        """Another name competes: then the target's own clause decides, else the whole passage.

        A contrast word alone does not: it turns from one side of the same thing to the other ("pricey, but I love
        it", "I left my bag and they found it"), and of real posts with one .622 are read right whole, .510 cut.
        """
        return self.target is not None and (self.is_shared or bool(self.rivals))

    @property
    def read(self) -> str:
        """What decides: the clause where names or feelings compete, else all of it."""
        start, end = self.clause if self.clause and self.is_contested else (0, len(self.text))
        return self.text[start:end]

    def nameless(self, clause_only: bool) -> str:
        """The text, or the clause, with `NAME` for the target: what a brand is called must not say how it is liked."""
        start, end = (self.clause or (0, len(self.text))) if clause_only else (0, len(self.text))
        spans = self.names or ((self.target,) if self.target else ())
        out = ""
        for a, b in spans:
            if start <= a and b <= end:
                sign = self.text[a] if self.text[a] in "@#" else ""
                out, start = f"{out}{self.text[start:a]}{sign}{NAME}", b
        return out + self.text[start:end]

    @property
    def is_compared(self) -> bool:
        """The target itself is one side of a comparison, whatever the other is ("the free one is better than Acme")."""
        if self.target is None:
            return False
        end = self.target[0]
        return bool(_BEFORE.search(self.text, max(0, end - 40), end))

    @property
    def is_prose(self) -> bool:
        """Full sentences about others: ten words or more each, no I, we or you, no handle, tag or address."""
        if self.target is None or not self.text[:1].isupper() or _SPOKEN.search(self.text):
            return False
        words = [word.lower().replace("’", "'") for word in _WORD.findall(self.text)]
        n_sentences = len(_END.findall(self.text.rstrip())) + 1
        return len(words) >= PROSE_WORDS * n_sentences and PERSONAL.isdisjoint(words)


_WORD = re.compile(r"[\w'’]+")
_END = re.compile(r"[.!?…]\s")
_SPOKEN = re.compile(r"[@#]\w|http|[!?]\s*$")
_BEFORE = re.compile(
    r"\b(?:than|unlike|versus|vs\.?|instead of|prefer(?:red|s)?|beats?|ditch(?:ed|ing)?|dump(?:ed|ing)?|"
    r"switch\w*(?: back| over)? (?:to|from)|mov(?:ed|ing) (?:back |over )?(?:to|from))"
    r" (?:at |with |the |my |from |to )?[\"'“]?$",
    re.IGNORECASE,
)
PERSONAL = lexicon.FIRST | lexicon.SECOND
