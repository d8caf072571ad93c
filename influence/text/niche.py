"""A niche, as a person describes it: keywords, a brief, example accounts, or all three."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Niche:
    """What the campaign is about.

    Attributes
    ----------
    keywords : str
        Plain words, ``"vegan baking"``: commas part alternatives, quotes hold a phrase together, ``-word`` leaves out.
    brief : str
        Text of a brief, empty when there is none.
    like : tuple of str
        `account_id` of example accounts.
    model : str
        Folder of a sentence model that reads the best candidates again (`influence.text.encoder`); says nothing alone.
    sense : str
        What a word of two senses is meant to be said with: ``"gloves"`` for *boxing*; says nothing alone.
    """

    keywords: str = ""
    brief: str = ""
    like: tuple[str, ...] = ()
    model: str = ""
    sense: str = ""

    @property
    def label(self) -> str:
        """Short words for tables and file names."""
        if self.keywords:
            return self.keywords
        if self.brief:
            return "the brief"
        return f"accounts like {', '.join(self.like[:3])}" if self.like else "no niche"

    def __bool__(self) -> bool:
        return bool(self.keywords.strip() or self.brief.strip() or self.like)
