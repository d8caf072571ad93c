"""What a reader must know about how a niche was understood, a sentence each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from influence.text.briefs import is_ballast
from influence.text.grammar import is_function_word, read_wording
from influence.text.negation import negated_parts, without_negated
from influence.text.niche import Niche
from influence.text.query import AskedTerms, Unit
from influence.text.spelling import nearest_word, written
from influence.text.tokens import Tokenizer
from influence.text.view import View

FAINT = 0.3
"""Score of the best text below which nobody clearly speaks of a niche; niches of real blogs have 0.42 or more."""
BRIEF_WORDS, COMPOUNDS, UNWANTED = 8, 4, 8


def notes_of(view: View, niche: Niche, asked: AskedTerms, score: np.ndarray) -> tuple[str, ...]:
    """Notes on the words that nobody says, the words of the brief, and a niche that nobody speaks of."""
    done = "accounts were found by what it means"
    if asked.alternatives:
        done = "the other words of the niche were used"
    elif asked.brief or len(asked.examples):
        done = "the rest of the niche was used"
    best = float(score.max(initial=0.0))
    notes = [nobody_note(best)] if best < FAINT and not len(asked.examples) else []
    notes += [sense_note(asked, niche.sense.strip())] if asked.senses else []
    notes += [no_senses_note(niche)] if niche.sense.strip() and not asked.senses else []
    notes += [left_out_note(niche.keywords)] if left_out_words(niche.keywords) else []
    notes += [unheard_note(view, word, done) for word in asked.unheard]
    held = ((unit, _longer(view, unit, asked.languages)) for unit in asked.units if not view.says(unit.term))
    notes += [held_note(view, unit, longer) for unit, longer in held if longer]
    unwanted = [said.text for said in read_wording(niche.keywords).unwanted]
    unwanted += [item for part in negated_parts(niche.brief) for item in part.items]
    if unwanted:
        notes.append(f"Read as not wanted: {quoted(unwanted)}.")
    if niche.brief:
        notes.append(brief_note(asked, niche.brief))
    return tuple(notes)


NOBODY = "Nobody in the data clearly speaks of this niche"
"""How the note begins; titles of lists look for it."""


def nobody_note(best: float) -> str:
    """A sentence about a niche that no text clearly speaks of."""
    return f"{NOBODY}: the text nearest to it fits by {best:.0%}, and the list shows who comes nearest."


def sense_note(asked: AskedTerms, meant: str = "") -> str:
    """A question about a word of two senses, or the sense that was taken; what was `meant` may tell neither."""
    word = asked.units[0].written
    told = [f"beside {', '.join(sense.words)} ({sense.n_accounts:,} accounts)" for sense in asked.senses]
    if asked.sense >= 0:
        return f"{word!r} is taken as it is said {told[asked.sense]}."
    choices = " or ".join(f"--sense {sense.words[0]}" for sense in asked.senses if sense.words)
    neither = f" {meant!r} tells neither." if meant else ""
    return f"{word!r} is said in two senses here: {'; or '.join(told)}. Which is meant? {choices}.{neither}"


def no_senses_note(niche: Niche) -> str:
    """A sentence about a sense that was told for nothing."""
    return (
        f"The sense {niche.sense.strip()!r} was not used: two senses are told apart for a niche of one word that "
        f'enough texts say in both. Say it in the niche: --niche "{" ".join([niche.keywords, niche.sense]).strip()}".'
    )


def unheard_note(view: View, word: str, done: str) -> str:
    """A sentence about a word that nobody says, and what was done without it."""
    near = nearest_word(view, word)
    meant = f" Did you mean {near!r}?" if near else ""
    return f"No text says {word!r} or a word like it; {done}.{meant}"


def left_out_words(keywords: str) -> list[str]:
    """Words of a niche that only hold the others together: they say nothing beside words that do."""
    tokenizer = Tokenizer()
    left = []
    for some in read_wording(keywords).alternatives:
        silent = [said.text for said in some if not said.phrase and not tokenizer.terms(said.text)]
        left += [word for word in silent if is_function_word(word)] if len(silent) < len(some) else []
    return left


def left_out_note(keywords: str) -> str:
    """A sentence about the words of a niche that say nothing by themselves."""
    return f"Left out of the niche, because they only hold it together: {quoted(left_out_words(keywords))}."


def quoted(words: Sequence[str]) -> str:
    """Some words of the user's, as a list in a sentence."""
    shown = [" ".join(word.split()) for word in dict.fromkeys(words)]
    more = f" and {len(shown) - UNWANTED} more" if len(shown) > UNWANTED else ""
    return ", ".join(f"{word!r}" for word in shown[:UNWANTED]) + more


def held_note(view: View, unit: Unit, longer: Sequence[str]) -> str:
    """A sentence about a word that texts say only within longer ones or with another ending."""
    near = nearest_word(view, unit.written)
    meant = f" Did you mean {near!r}?" if near else ""
    shown = ", ".join(sorted(longer)[:COMPOUNDS])
    return f"No text says {unit.written!r} by itself; words that hold it count in part: {shown}.{meant}"


def brief_note(asked: AskedTerms, brief: str) -> str:
    """A sentence about the words of the brief that were used, strongest first."""
    brief = without_negated(brief)
    best = sorted(asked.brief.items(), key=lambda item: (-item[1], item[0]))
    about = [term for term, _ in best if not is_ballast(term)][:BRIEF_WORDS]
    if not about:
        return "The brief holds no word about a subject that anybody in the data says; add some with --niche."
    words = (next(iter(written(brief, {term})), term).lower() for term in about)
    return f"Of the brief these words count most: {', '.join(words)}."


def _longer(view: View, unit: Unit, languages: tuple[str, ...]) -> list[str]:
    """Longer words and other forms by which a unit that nobody says as it is was heard."""
    return [
        other
        for other in {**view.words_with(unit.term), **view.kin(unit.term, languages)}
        if other in unit.near
    ]
