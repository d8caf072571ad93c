"""Words from texts: the same small steps for a post, a bio, a handle and the words of a niche.

Lower case, accents folded, hashtags and CamelCase split, emoji read by their Unicode names, runs of Chinese,
Japanese and Thai cut into pairs of letters, stop words out, endings off. No token reaches over a blank, so that every
distinct stretch between blanks is worked out once and remembered: a million posts cost looking up what they repeat.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from html import unescape
from itertools import chain

from influence.text.remembering import Remembered
from influence.text.splitting import shipped_splitter

STOP_LANGUAGES = ("en", "zh", "hi", "es", "fr", "ar", "bn", "pt", "ru", "ur", "de", "id", "ja", "it")
"""The ten most used languages and four that users' files are full of."""

_EMOJI = "\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff\u2600-\u27bf\u2b50\u2b55\u231a\u231b\u23e9-\u23f3"
_MARKS = "\u0300-\u036f\u064b-\u0652\u0900-\u0d7f\u0e31-\u0e4e"
"""Vowel signs that belong to a word, though regular expressions do not count them as letters."""
_TOKEN = re.compile(
    r"https?://\S+|www\.\S+|@\w[\w.]*|[A-Za-z]\+\+|\b[A-Za-z]#(?!\w)|\.[A-Z][A-Za-z]+\b|#[\w" + _MARKS + "]+"
    rf"|[\w{_MARKS}]+(?:['’][\w{_MARKS}]+)*|[{_EMOJI}]"
)
_CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\WA-Za-z\d_]+")
_DIGITS = re.compile(r"\d+|\D+")
_PAIRED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
_EMOJI_NOISE = frozenset(
    word
    for line in (
        "face with sign symbol of and the emoji modifier fitzpatrick type heavy black white large small",
        "medium selector mark button letter regional indicator variation light dark eyes mouth open",
    )
    for word in line.split()
)


def raw_tokens(text: str) -> list[str]:
    """Cut `text` into raw tokens: words, `#tags`, single emoji; links and `@names` keep their first sign."""
    return _TOKEN.findall(text)


MOST = 2_000_000
"""Stretches of text without blanks that are remembered, and as many parts of handles."""


class Tokenizer:
    """Turns texts into terms.

    Parameters
    ----------
    split : callable, optional
        Cuts a run-together word (`trailrunning`) into words; used for hashtags, handles and domains.
        Default: `influence.text.splitting.shipped_splitter`.

    Examples
    --------
    >>> Tokenizer().terms("Loving #TrailRunning in the Alps 🏔")
    ['love', 'trail', 'run', 'alp', 'snow', 'cap', 'mountain']
    """

    def __init__(self, split: Callable[[str], list[str]] | None = None) -> None:
        self._split = split or (lambda word: shipped_splitter()(word))
        self._memory = Remembered(self._stretch, MOST)
        self._of_handles = Remembered(self._handle_part, MOST)

    def terms(self, text: str) -> list[str]:
        """Terms of `text`, in order, repeats kept."""
        if "&" in text and ";" in text:
            text = unescape(text)
        return list(chain.from_iterable(map(self._memory.__getitem__, text.split())))

    def terms_of_stretch(self, text: str) -> tuple[str, ...]:
        """`terms` of a text without blanks and HTML entities."""
        return self._memory[text]

    def handle_terms(self, handle: str) -> list[str]:
        """Terms of a handle or domain: `thebeejournal.blogspot.com` gives bee, journal."""
        return [term for part in _handle_parts(handle) for term in self._of_handles[part]]

    def _handle_part(self, part: str) -> tuple[str, ...]:
        words = self._split(part.lower()) if part.islower() else _CAMEL.findall(part)
        return tuple(term for word in words for term in self._normal(word))

    def _stretch(self, text: str) -> tuple[str, ...]:
        if text.isascii() and text.isalpha():
            return _stem_of(text.lower())
        return tuple(term for token in _TOKEN.findall(text) for term in self._work_out(token))

    def _work_out(self, token: str) -> list[str]:
        first = token[0]
        if first == "@" or token.startswith(("http://", "https://", "www.")):
            return []
        if first == "#":
            return self._tag_terms(token[1:])
        if not first.isalnum() and first != ".":
            return [stem_word(word) for word in _emoji_words(token)]
        return [term for word in token.split("_") if word for term in self._normal(word)]

    def _tag_terms(self, tag: str) -> list[str]:
        words: list[str] = []
        for part in tag.split("_"):
            mixed = part not in (part.lower(), part.upper())
            for piece in _CAMEL.findall(part) if mixed else _DIGITS.findall(part):
                words.extend(self._split(piece.lower()))
        return [term for word in words for term in self._normal(word)]

    def _normal(self, word: str) -> Iterable[str]:
        folded = fold(word)
        if _PAIRED.search(folded):
            return [pair for pair in _pairs(folded) if pair not in stop_words()]
        if not word.isascii() and word.lower() in _accented_stop_words():
            return ()
        return _stem_of(folded)


def _stem_of(folded: str) -> tuple[str, ...]:
    """The stem of a folded word; nothing of a word that says nothing."""
    if folded in stop_words():
        return ()
    stem = stem_word(folded)
    return (stem,) if len(stem) > 1 or not stem.isascii() else ()


_MEANS_SOMETHING = frozenset(
    word
    for line in (
        "art bill caption computer cry face fire free home homepage html ill index information interest invention",
        "man men microsoft mill mine mug net novel open page proud research ring room rooms run self shell site",
        "state states system test text tip tv web webpage website width world young",
        "car cars comment debut dice era favor final fine force font fur hat hop lama local logo male manifesto",
        "mayor meme memes multiple nova os pan parole piece poem pour premier premiere press primer pun pure quest",
        "rare sea seas sin sim solo son soy suit tag tale tan tao total unique usa van vita war bat bravo diverse",
    )
    for word in line.split()
)
"""Words that stop lists hold and that niches are about: computer science, fantasy novels, electric cars, soy."""


@lru_cache(maxsize=1)
def stop_words() -> frozenset[str]:
    """Stop words of `STOP_LANGUAGES`, folded; words that mean something in English stay."""
    from stopwordsiso import stopwords

    return frozenset(fold(word) for code in STOP_LANGUAGES for word in stopwords(code)) - _MEANS_SOMETHING


@lru_cache(maxsize=8)
def stop_terms(language: str) -> frozenset[str]:
    """Terms of the stop words of one language (ISO 639-1), of the many that `stop_words` does not have."""
    from stopwordsiso import stopwords

    return frozenset(term for word in stopwords(language) for term in _stem_of(fold(word)))


@lru_cache(maxsize=1)
def _accented_stop_words() -> frozenset[str]:
    """Stop words as they are written: `für` says nothing, though `fur` does."""
    from stopwordsiso import stopwords

    return frozenset(word for code in STOP_LANGUAGES for word in stopwords(code) if not word.isascii())


_SCRIPT_STEMMERS = ((0x0370, 0x03FF, "greek"), (0x0400, 0x04FF, "russian"), (0x0600, 0x06FF, "arabic"),
                    (0x0900, 0x097F, "hindi"))  # fmt: skip
"""First and last letter of a script, and whose endings are taken off."""


@lru_cache(maxsize=32)
def _stemmer(language: str) -> Callable[[str], str]:
    from snowballstemmer import stemmer

    word: Callable[[str], str] = stemmer(language).stemWord
    return word


def stem_by(rules: str, word: str) -> str:
    """The word without its ending by the Snowball rules of a language, ``"german"``."""
    return _stemmer(rules)(word)


@lru_cache(maxsize=262_144)
def stem_word(word: str) -> str:
    """The word without its ending, by the rules (Snowball) of the language most written in its script."""
    if word.isascii():
        return _stemmer("english")(word) if word.isalpha() else word
    letter = ord(word[0])
    for first, last, language in _SCRIPT_STEMMERS:
        if first <= letter <= last:
            return _stemmer(language)(word) or word
    return word


_ELIDED = re.compile(r"^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|un|quell|(?:d|n|s)?[aeou]ll)'(?=\w{3})")
"""What French and Italian write together with the next word: `l'été`, `dell'arte`."""


@lru_cache(maxsize=262_144)
def fold(word: str) -> str:
    """Lower case, compatibility forms and accents folded, possessive and elided article off: `Café’s` is `cafe`."""
    if word.isascii():
        low = word.lower()
    else:
        decomposed = unicodedata.normalize("NFKD", word.lower().replace("’", "'").replace("ß", "ss"))
        if any("a" <= letter <= "z" for letter in decomposed):
            low = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
        else:
            low = unicodedata.normalize("NFKC", word.lower()).replace("’", "'")
    if "'" in low:
        low = _ELIDED.sub("", low).removesuffix("'s").replace("'", "")
    return low


def is_paired(term: str) -> bool:
    """Whether a term is of a script that is written without blanks and cut into pairs of letters."""
    return bool(_PAIRED.fullmatch(term))


def joins_words(term: str) -> bool:
    """Whether a pair holds a small Japanese letter (hiragana): endings and particles, or the seam of two words."""
    return is_paired(term) and any("\u3040" <= letter <= "\u309f" for letter in term)


def _pairs(word: str) -> list[str]:
    runs = _PAIRED.findall(word)
    rest = [part for part in _PAIRED.split(word) if part]
    pairs = [run[i : i + 2] for run in runs for i in range(max(1, len(run) - 1))]
    return pairs + rest


@lru_cache(maxsize=8192)
def _emoji_words(emoji: str) -> tuple[str, ...]:
    name = unicodedata.name(emoji[0], "").lower().replace("-", " ")
    return tuple(w for w in name.split() if w.isalpha() and len(w) > 1 and w not in _EMOJI_NOISE)


_HOSTS = re.compile(
    r"\.(?:blogspot|wordpress|tumblr|typepad|livejournal|medium|substack|squarespace|weebly|posterous|github)(?:\..*)?$"
)
_SUFFIX = re.compile(r"(?:\.(?:com|org|net|info|edu|gov|co|ac|io|me|tv|biz|name|[a-z]{2}))+$")


def _handle_parts(handle: str) -> list[str]:
    if "." in handle:
        handle = _SUFFIX.sub("", _HOSTS.sub("", handle))
    parts = re.split(r"[\W_\d]+", handle)
    return [part for part in parts if len(part) > 1 and part not in {"www", "blog", "blogs"}]
