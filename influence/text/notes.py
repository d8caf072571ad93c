"""What a reader must know about how a niche was understood, a sentence each."""

from __future__ import annotations

import numpy as np

from influence.text.niche import Niche
from influence.text.query import Asked, View, is_ballast
from influence.text.spelling import nearest_word, written

FAINT = 0.3
"""Score of the best text below which nobody clearly speaks of a niche; niches of real blogs have 0.42 or more."""
BRIEF_WORDS, COMPOUNDS = 8, 4


def notes_of(view: View, niche: Niche, asked: Asked, score: np.ndarray) -> tuple[str, ...]:
    """Notes on the words that nobody says, the words of the brief, and a niche that nobody speaks of."""
    done = "accounts were found by what it means"
    if asked.keywords:
        done = "the other words of the niche were used"
    elif asked.brief or len(asked.examples):
        done = "the rest of the niche was used"
    notes = [unheard_note(view, word, done) for word in asked.unheard]
    notes += [held_note(view, term, niche.keywords) for term in asked.keywords if _only_held(view, term)]
    if niche.brief:
        notes.append(brief_note(asked, niche.brief))
    best = float(score.max(initial=0.0))
    if best < FAINT and not len(asked.examples):
        notes.append(
            f"Nobody in the data clearly speaks of this niche: the text nearest to it fits by {best:.0%}, and the list "
            "shows who comes nearest."
        )
    return tuple(notes)


def unheard_note(view: View, word: str, done: str) -> str:
    """A sentence about a word that nobody says, and what was done without it."""
    near = nearest_word(view, word)
    meant = f" Did you mean {near!r}?" if near else ""
    return f"No text says {word!r} or a word like it; {done}.{meant}"


def held_note(view: View, term: str, keywords: str) -> str:
    """A sentence about a word that texts say only within longer ones."""
    word = next(iter(written(keywords, {term})), term)
    longer = sorted(view.words_with(term))[:COMPOUNDS]
    return f"No text says {word!r} by itself; words that hold it count in part: {', '.join(longer)}."


def brief_note(asked: Asked, brief: str) -> str:
    """A sentence about the words of the brief that were used, strongest first."""
    best = sorted(asked.brief.items(), key=lambda item: (-item[1], item[0]))
    about = [term for term, _ in best if not is_ballast(term)][:BRIEF_WORDS]
    if not about:
        return "The brief holds no word about a subject that anybody in the data says; add some with --niche."
    words = (next(iter(written(brief, {term})), term).lower() for term in about)
    return f"Of the brief these words count most: {', '.join(words)}."


def _only_held(view: View, term: str) -> bool:
    return not view.says(term) and bool(view.words_with(term))
