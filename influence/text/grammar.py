"""How a niche is written: commas part alternatives, quotes hold a phrase together, a minus leaves a word out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

_QUOTES = str.maketrans(dict.fromkeys("“”„«»‟〝〞", '"'))
_PIECE = re.compile(r'(-?)"([^"]*)"|[,;、，；|]|[^\s,;、，；|"]+')
_PARTING = frozenset(",;、，；|")
FUNCTION_WORDS = frozenset(
    word
    for line in (
        "a an the of and or nor in on at for from with to by as is are was were be this that these those who which",
        "we our us you your they their its his her it i my me any some such than then",
        "der die das den dem des ein eine einen einem einer und oder von mit für fur im am zu zum zur auf bei ist sind",
        "wir unser unsere ihr ihre nach aus als auch die",
        "le la les l un une des du de et ou en dans pour avec sur au aux ce ces est sont nos notre vos votre",
        "qui que",
        "el los las una unos unas y o u del al con por para en que se su sus nuestro nuestra es son como",
        "il lo gli i uno e ed od di da nel nella nei con per tra fra al alla che si suo sua nostri nostro sono",
        "um uma os as ao aos dos das no na nos nas em com por seu sua nosso nossa que sao",
        "het een en of van met voor op aan bij te is zijn wij ons onze",
        "si sau cu pe la din pentru ale al un o de este sunt care",
    )
    for word in line.split()
)
"""Words that only hold others together, in the languages of our users' niches; all else in a niche counts."""


@dataclass(frozen=True)
class Said:
    """A word, or a phrase that was put in quotes, as it was written."""

    text: str
    phrase: bool = False


@dataclass(frozen=True)
class Wording:
    """The words of a niche, in order.

    Attributes
    ----------
    alternatives : tuple of tuple of Said
        Any of them will do; within one, all words together.
    unwanted : tuple of Said
        What a text must not say.
    """

    alternatives: tuple[tuple[Said, ...], ...] = ()
    unwanted: tuple[Said, ...] = ()

    @property
    def plain(self) -> str:
        """All that is wanted, as plain words."""
        return " ".join(said.text for some in self.alternatives for said in some)


def read_wording(keywords: str) -> Wording:
    """Read the words of a niche.

    Examples
    --------
    >>> wording = read_wording('vegan baking, "oat milk" -butter')
    >>> [[said.text for said in some] for some in wording.alternatives]
    [['vegan', 'baking'], ['oat milk']]
    >>> [said.text for said in wording.unwanted]
    ['butter']
    """
    alternatives: list[list[Said]] = [[]]
    unwanted: list[Said] = []
    for found in _PIECE.finditer(unescape(keywords).translate(_QUOTES)):
        minus, phrase, piece = found[1], found[2], found[0]
        if phrase is not None:
            said = [Said(" ".join(phrase.split()), True)] if phrase.strip() else []
            (unwanted if minus else alternatives[-1]).extend(said)
        elif piece in _PARTING or piece == "OR":
            alternatives.append([])
        elif piece.startswith("-") and piece.strip("-"):
            unwanted.append(Said(piece.strip("-")))
        elif piece.strip("-"):
            alternatives[-1].append(Said(piece))
    return Wording(tuple(tuple(some) for some in alternatives if some), tuple(unwanted))


def is_function_word(word: str) -> bool:
    """Whether a word only holds others together; one in capitals (*IT*, *US*) does not."""
    return word.lower() in FUNCTION_WORDS and not (word.isupper() and len(word) > 1)
