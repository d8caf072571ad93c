"""How a gift or payment is to be disclosed, by country: one file for pitches and for incentive programmes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from influence.toml_files import shipped

OTHER = "other"
RULE = "sentiment_rule"
IN_OTHER_LANGUAGES = "mail_in"


def disclosure_file() -> Mapping[str, Any]:
    """The whole of ``disclosure.toml``: countries by code in lower case, `OTHER`, and the `RULE` about sentiment."""
    return shipped("influence", "disclosure.toml")


def disclosure_for(country: str, language: str = "en") -> str:
    """The sentence for a mail to somebody in `country` (ISO code), in `language` where it is there, else in English.

    Examples
    --------
    >>> "#ad" in disclosure_for("us")
    True
    >>> "Werbung" in disclosure_for("de", "de")
    True
    """
    known = disclosure_file()
    told = known.get(country.strip().lower(), {}).get("mail") or known[OTHER]["mail"]
    return str(known[IN_OTHER_LANGUAGES].get(language, told))
