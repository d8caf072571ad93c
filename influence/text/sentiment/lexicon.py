"""Valence of words and emoji, and words with a part to play: the tables people can read and correct."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files


def words_of(text: str) -> list[str]:
    """The words of a list that is written as one line of text."""
    return text.split()


NEGATORS = frozenset(
    words_of(
        "not no never none nobody nothing neither nor nowhere without hardly barely scarcely isn't aren't "
        "wasn't weren't don't doesn't didn't won't wouldn't shouldn't couldn't can't cannot cant dont doesnt "
        "didnt wont isnt wasnt ain't aint hasn't haven't hadn't mustn't havent hasnt couldnt wouldnt shouldnt "
        "lacks lacking lack rarely seldom despite"
    )
)
BOOSTERS = {
    **dict.fromkeys(
        words_of(
            "absolutely amazingly completely considerably decidedly deeply enormously entirely especially "
            "exceptionally extremely fabulously flipping frickin fricking friggin fucking fuckin f*cking fully "
            "greatly hella highly hugely incredibly insanely intensely majorly more most particularly purely "
            "quite really remarkably seriously so soo substantially super thoroughly totally tremendously truly "
            "uber unbelievably unusually utterly very way beyond freaking bloody damn such"
        ),
        0.293,
    ),
    **dict.fromkeys(
        words_of(
            "almost barely hardly kinda kind less little marginally occasionally partly scarcely slightly "
            "somewhat sorta sort somehow fairly"
        ),
        -0.293,
    ),
}
HEDGES = frozenset(words_of("would could should if maybe perhaps might may wish unless whether"))
CONTRASTS = frozenset(
    words_of("but however although though yet except unlike whereas while instead than vs versus")
)
ASKING = frozenset(
    words_of("who what when where why how which is are do does did can could will would anyone has have any")
)
FIRST = frozenset(words_of("i i'm im me my mine i've ive i'll i'd we our us we're we've myself"))
SECOND = frozenset(["you", "your", "you're", "ur", "u", "yours", "guys", "y'all"])

SMALL_WORDS = frozenset(
    words_of(
        "the a an and or of to in is are was were be been it its it's this that these those for on with at by "
        "from as not no do does did have has had will would can could should i i'm i've you he she we they my "
        "your his her our their me him us them what which who when where why how all any some just so than "
        "then there here if but about out up down over after before again more most very too only own same "
        "don't can't won't didn't doesn't isn't get got go going went come came make made take want need know "
        "think see look use find give tell still now never ever always yes please thanks thank you're they're "
        "we're that's what's"
    )
)
"""The smallest words of English: no names, also with a capital."""


def table_lines(name: str) -> list[str]:
    """Lines of one of the package's own tables, below its header."""
    return files("influence.text.sentiment").joinpath("tables", name).read_text("utf-8").splitlines()[1:]


def read_table(name: str) -> Iterator[tuple[float, str]]:
    """Rows (valence, rest) of one of the package's own tables."""
    for line in table_lines(name):
        value, _, rest = line.partition("\t")
        yield float(value), rest


@cache
def emoji_valence() -> dict[str, float]:
    """Valence (-4 to 4) of emoji, first code point only; 0 for those that say nothing."""
    found: dict[str, float] = {}
    for value, rest in read_table("emoji.tsv"):
        for emoji in rest.split():
            found.setdefault(emoji[0], value)
    return found


@cache
def word_valence() -> dict[str, float]:
    """Valence (-4 to 4) of words: VADER's lexicon (MIT, Hutto and Gilbert 2014), our own words where it has none."""
    found = dict(_tokens(read_table("words.tsv")))
    found.update(_tokens(read_table("vader.tsv")))
    found.update(_tokens(read_table("overrides.tsv")))
    return found


@cache
def judging_words() -> frozenset[str]:
    """Words that judge (our own clear ones, and `never`): a hashtag that holds one says more than a name."""
    clear = {word for word, value in _tokens(read_table("words.tsv")) if abs(value) >= 2}
    return frozenset(clear | {"bad", "never"})


def _tokens(rows: Iterator[tuple[float, str]]) -> Iterator[tuple[str, float]]:
    return ((word, value) for value, rest in rows for word in rest.split())
