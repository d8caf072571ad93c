"""By what audience a sentence or a picture speaks: people known by name, readers of communities, topics, or nobody.

Topics are words of posts. They have no readers, no audience and nobody who is reached; whatever is said of people would
be false of them, so that every sentence about reach and overlap takes its words from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from influence.selection.set_plan import SetPlan
from influence.toml_files import shipped
from influence.writing.plain import counted


@dataclass(frozen=True)
class AudienceWords:
    """The words for one kind of audience.

    Attributes
    ----------
    what : str
        What is counted: ``niche people seen in your data``.
    one : str
        What one of them is called.
    does : str
        What accounts do with it: ``reach`` or ``cover``.
    out_of : str
        Of what the share is.
    smaller : str
        Of what a shared part is a share: the smaller audience, or the topics of the one that has fewer.
    group : str
        What accounts of one group do: ``share readers``.
    nothing_shared : str
        Title of a map in which nobody shares anything.
    new : str
        What a pick adds; gets how many it has in all.
    new_one : str
        The same of a pick that has one.
    """

    what: str
    one: str
    does: str
    out_of: str
    smaller: str
    group: str
    nothing_shared: str
    new: str
    new_one: str

    def counted(self, n: float) -> str:
        """How many: ``1 niche person seen in your data``."""
        few = n < 5 and abs(n - round(n)) > 0.05
        return f"{n:.1f} {self.what}" if few else counted(n, self.one, self.what)


WORDS: Mapping[str, AudienceWords] = {
    unit: AudienceWords(**told)
    for unit, told in shipped("influence.reporting.ranking", "audience_words.toml").items()
}


def audience_words(plan: SetPlan) -> AudienceWords:
    """The words for the audience that a plan counts."""
    return WORDS[plan.unit]
