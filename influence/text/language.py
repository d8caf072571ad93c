"""Which language a text is in: by its script where that decides, else by py3langid among common languages.

Unsure is None, never a guess: short texts, names and mixed texts stay unknown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

CANDIDATES = (
    "ar", "bg", "bn", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi", "hr", "hu", "id", "it",
    "ja", "ko", "lt", "lv", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sv", "sw", "ta", "th", "tr", "uk", "ur",
    "vi", "zh",
)  # fmt: skip
"""Languages that are told apart (ISO 639-1); rarer ones would only be guessed for names and slang."""
SURE = 0.8
MIN_LETTERS, MAX_LETTERS = 12, 600
_SCRIPTS = {
    "ja": (re.compile(r"[\u3040-\u30ff]"), 0.1),
    "ko": (re.compile(r"[\uac00-\ud7af\u1100-\u11ff]"), 0.3),
    "zh": (re.compile(r"[\u3400-\u9fff]"), 0.3),
    "th": (re.compile(r"[\u0e00-\u0e7f]"), 0.3),
    "he": (re.compile(r"[\u0590-\u05ff]"), 0.3),
    "el": (re.compile(r"[\u0370-\u03ff]"), 0.3),
    "bn": (re.compile(r"[\u0980-\u09ff]"), 0.3),
    "ta": (re.compile(r"[\u0b80-\u0bff]"), 0.3),
}
"""Scripts that one language of the candidates uses, and the share of letters that decides (Japanese mixes)."""
_NOT_WORDS = re.compile(r"https?://\S+|www\.\S+|[@#]\w+|[\d_]+")
_LETTER = re.compile(r"[^\W\d_]")


def identify(texts: Sequence[str | None]) -> list[str | None]:
    """ISO 639-1 code of each text, None where nothing is sure.

    Examples
    --------
    >>> identify(["Heute backen wir ein veganes Brot mit Nüssen", "ok", None])
    ['de', None, None]
    """
    return [None if text is None else identify_one(text) for text in texts]


def identify_one(text: str) -> str | None:
    """ISO 639-1 code of one text, None where nothing is sure."""
    plain = _NOT_WORDS.sub(" ", text)[:MAX_LETTERS]
    letters = len(_LETTER.findall(plain))
    for language, (script, share) in _SCRIPTS.items():
        if len(script.findall(plain)) > share * letters:
            return language
    if letters < MIN_LETTERS:
        return None
    language, probability = _identifier().classify(plain)
    return str(language) if probability >= SURE else None


@lru_cache(maxsize=1)
def _identifier() -> Any:
    """py3langid, told to choose among `CANDIDATES` and to give probabilities."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    found = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    found.set_languages(list(CANDIDATES))
    return found
