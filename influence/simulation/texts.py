"""Words of posts, comments and bios, put together from `vocabulary.toml` and `phrases.toml`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from influence.simulation.niches import BRAND, RIVAL, SyntheticNiche, phrases
from influence.simulation.people import LANGUAGES, Cast
from influence.simulation.posting import BRAND as ABOUT_BRAND
from influence.simulation.posting import SPONSORED, DrawnPosts
from influence.simulation.reactions import COMMENT, DrawnReactions
from influence.simulation.roles import ROLE_NAMES

_BRAND_LISTS = {1: "brand_positive", -1: "brand_negative", 0: "brand_neutral"}
ROWS_AT_ONCE = 50_000
_CLOSERS = (
    "",
    "",
    "",
    "",
    " More soon.",
    " 🙂",
    " What do you think?",
    " Full story on the blog.",
    " Wish me luck.",
)


def dice(n_rows: int, width: int, rng: np.random.Generator) -> Iterator[list[int]]:
    """Rows of random whole numbers, drawn a block at a time so that a million accounts fit in memory."""
    for start in range(0, n_rows, ROWS_AT_ONCE):
        yield from rng.integers(0, 1 << 20, (min(ROWS_AT_ONCE, n_rows - start), width)).tolist()


class Writer:
    """Writes sentences; every choice comes from the numbers handed in, so that equal numbers give equal words."""

    def __init__(self, niches: Sequence[SyntheticNiche]) -> None:
        self.niches = niches
        self.lists: dict[str, Any] = {**phrases()}

    def slots(self, niche: int, draw: Sequence[int], taste: int) -> dict[str, str]:
        """Fill the slots of a template; `taste` makes an author come back to the same few things."""
        words = self.niches[niche]
        things = words.things
        first = (taste + draw[0] % 1009 * (draw[0] % 7) // 7) % len(things)
        return {
            "thing": things[first],
            "thing2": things[(first + 1 + draw[1] % (len(things) - 1)) % len(things)],
            "doing": words.doing[(taste + draw[2]) % len(words.doing)],
            "gear": words.gear[draw[3] % len(words.gear)],
            "trouble": words.trouble[draw[4] % len(words.trouble)],
            "name": words.name,
            "who": self.lists["sponsors"][(taste + draw[1] % 3) % len(self.lists["sponsors"])],
            "brand": BRAND,
            "rival": RIVAL,
        }

    def fill(self, templates: Sequence[str], niche: int, draw: Sequence[int], taste: int) -> str:
        """One sentence."""
        return templates[draw[5] % len(templates)].format(**self.slots(niche, draw, taste))

    def niche_post(self, niche: int, named: bool, draw: Sequence[int], taste: int) -> str:
        """A post about a niche; most say nothing but its vocabulary."""
        spell_out = named and draw[6] % 2 == 0
        text = self.fill(self.lists["niche_named" if spell_out else "niche"], niche, draw, taste)
        if draw[7] % 2:
            text += " " + self.fill(
                self.lists["niche"], niche, [*draw[3:6], *draw[:2], draw[7] // 2], taste + 3
            )
        tags = self.niches[niche].tags
        if named and not spell_out:
            text += f" #{tags[0]}"
        if draw[8] % 10 < 3:
            text += f" #{tags[1 + draw[8] // 10 % (len(tags) - 1)]}"
        return text

    def chatter(self, draw: Sequence[int], star: bool) -> str:
        """A post about nothing in particular."""
        lines = self.lists["celebrity" if star and draw[6] % 4 else "chatter"]
        text: str = lines[draw[5] % len(lines)]
        return text + _CLOSERS[draw[7] % len(_CLOSERS)]

    def foreign(self, language: str, niche: int, draw: Sequence[int]) -> str:
        """A post in another language than English."""
        lines = self.lists["foreign"][language]["niche" if niche >= 0 else "chatter"]
        tag = self.niches[max(niche, 0)].tags[draw[1] % len(self.niches[max(niche, 0)].tags)]
        text: str = lines[draw[5] % len(lines)].format(tag=tag)
        return text


def write_posts(
    cast: Cast,
    posts: DrawnPosts,
    niches: Sequence[SyntheticNiche],
    handles: Sequence[str],
    rng: np.random.Generator,
) -> list[str]:
    """Return the text of every post."""
    writer = Writer(niches)
    draws = dice(len(posts), 9, rng)
    columns = (posts.author, posts.niche, posts.what, posts.named, posts.feeling, posts.names)
    texts = []
    for draw, author, niche, what, named, feeling, names in zip(
        draws, *(column.tolist() for column in columns), strict=True
    ):
        text = _post(writer, cast, draw, author, niche, what, named, feeling)
        texts.append(f"{text} (via @{handles[names]})" if names >= 0 else text)
    return texts


def _post(
    writer: Writer, cast: Cast, draw: list[int], author: int, niche: int, what: int, named: bool, feeling: int
) -> str:
    role, language = ROLE_NAMES[cast.role[author]], LANGUAGES[cast.language[author]]
    topic = niche if niche >= 0 else max(int(cast.first[author]), 0)
    if what == ABOUT_BRAND:
        return writer.fill(writer.lists[_BRAND_LISTS[feeling]], topic, draw, author)
    if what == SPONSORED:
        return writer.fill(writer.lists["sponsored"], topic, draw, author)
    if language != "en":
        return writer.foreign(language, niche, draw)
    if niche < 0:
        return writer.chatter(draw, star=role == "celebrity")
    if role == "celebrity":
        return writer.fill(writer.lists["celebrity_niche"], niche, draw, author)
    return writer.niche_post(niche, named, draw, author)


def write_comments(
    posts: DrawnPosts, reactions: DrawnReactions, niches: Sequence[SyntheticNiche], rng: np.random.Generator
) -> list[str | None]:
    """Return the text of every reaction; None for all but comments."""
    writer = Writer(niches)
    draws = dice(len(reactions.post), 6, rng)
    rows = zip(
        draws,
        reactions.kind.tolist(),
        posts.niche[reactions.post].tolist(),
        posts.author[reactions.post].tolist(),
        reactions.is_real.tolist(),
        strict=True,
    )
    empty = writer.lists["comments_generic"]
    return [
        None
        if kind != COMMENT
        else writer.fill(writer.lists["comments_real"], niche, draw, author)
        if is_real
        else empty[draw[0] % len(empty)]
        for draw, kind, niche, author, is_real in rows
    ]


def write_bios(cast: Cast, niches: Sequence[SyntheticNiche], rng: np.random.Generator) -> list[str | None]:
    """Return every account's bio; many have none, those who buy followers stuff theirs with the niche's name."""
    writer = Writer(niches)
    draws = dice(len(cast), 7, rng)
    return [
        _bio(writer, ROLE_NAMES[role], first, second, draw, taste)
        for taste, (role, first, second, draw) in enumerate(
            zip(cast.role.tolist(), cast.first.tolist(), cast.second.tolist(), draws, strict=True)
        )
    ]


def _bio(writer: Writer, role: str, first: int, second: int, draw: list[int], taste: int) -> str | None:
    silent = {"person": 5, "bot": 7}.get(role, 1)
    if draw[6] % 10 < silent:
        return None
    lists = writer.lists
    if role in ("person", "bot") and draw[6] % 100 < 85:
        plain: str = lists["bios_plain"][draw[5] % len(lists["bios_plain"])]
        return plain
    if role == "celebrity":
        star: str = lists["bios_celebrity"][draw[5] % len(lists["bios_celebrity"])]
        return star
    if role == "magazine":
        other = writer.niches[second if second >= 0 else draw[1] % len(writer.niches)].name
        line: str = lists["bios_media"][draw[5] % len(lists["bios_media"])]
        return line.format(name=writer.niches[first].name, name2=other)
    key = (
        "bios_stuffed"
        if role == "bought" and draw[4] % 3
        else "bios_plain"
        if draw[4] % 5 == 0
        else "bios_niche"
    )
    return writer.fill(lists[key], max(first, 0), draw, taste)
