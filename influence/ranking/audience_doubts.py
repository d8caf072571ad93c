"""What makes an audience look doubtful, and what speaks against the doubt; a 'possible', never a verdict."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from influence.signals.audience_quality import POSSIBLE

HEADS: Mapping[str, str] = {
    "bought_followers": "Possible bought followers",
    "pod": "Possible engagement pod",
    "bought_reactions": "Possible bought reactions",
    "follows_to_be_followed": "Possible fake profile, or mass follower who follows to be followed back",
}


def _against_peers(value: float) -> str:
    if value < 0.95:
        return f"reactions by followers are {value * 100:.0f}% of what is usual for its size"
    return f"reactions by followers are {value:.1f} times what is usual for its size"


WORDS: Mapping[str, Callable[[float], str]] = {
    "fake_by_vendor": "{:.0%} of the followers are fake, as a vendor says".format,
    "automated_followers": "{:.0%} of the followers seen look automated".format,
    "follower_burst": "{:.0%} of its followers came at once beyond the usual".format,
    "lost_after_burst": "{:.0%} of those have left again".format,
    "sawtooth": "followers fell on {:.0%} of the counts".format,
    "arrived_in_one_week": "{:.0%} of the dated followers came in one week".format,
    "engagement_to_peers": _against_peers,
    "mutual_comments": "{:.0%} of the comments are returned in kind".format,
    "closed_circle": "{:.0%} of the pairs it trades comments with trade them too".format,
    "regular_commenters": "{:.0%} of the comments are by the same few under nearly every post".format,
    "same_order": "commenters come in the same order ({:.0%} of the way from chance to always)".format,
    "generic_comments": lambda value: (
        f"short comments that fit anything: {value * 100:+.0f} points to the median"
    ),
    "repeated_comments": "{:.0%} of the comments repeat the same words".format,
    "likes_per_comment": lambda value: f"likes to a comment are {value:.1f} times what is usual for its size",
    "automated_commenters": "{:.0%} of the comments are by accounts that look automated".format,
    "profile_counts": lambda value: (
        f"following, followers and posts are {np.exp(value):.1f} times as usual of a fake profile as of a real one"
    ),
    "following_ratio": lambda value: f"it follows {np.exp(value):.1f} accounts for each that follows it",
}


def audience_doubts(parts: Mapping[str, float]) -> list[str]:
    """A sentence for each suspicion of at least `POSSIBLE`: evidence first, then counter-evidence.

    Parameters
    ----------
    parts : mapping of str to float
        The parts of audience_quality of one account; NaN or missing is unknown.
    """
    found = []
    for name, head in HEADS.items():
        chance = parts.get(f"possible_{name}", np.nan)
        if np.isfinite(chance) and chance >= POSSIBLE:
            found.append(_sentence(name, head, float(chance), parts))
    return found


def _sentence(name: str, head: str, chance: float, parts: Mapping[str, float]) -> str:
    speaks: list[tuple[float, str]] = []
    against: list[tuple[float, str]] = []
    prefix = f"nats_{name}_"
    weighed = sorted(((nats, key) for key, nats in parts.items() if key.startswith(prefix)), reverse=True)
    for nats, key in weighed:
        figure = key.removeprefix(prefix)
        if np.isfinite(nats) and figure in WORDS and np.isfinite(parts.get(figure, np.nan)):
            (speaks if nats > 0 else against).append((abs(nats), WORDS[figure](parts[figure])))
    words = "; ".join(text for _, text in speaks[:3])
    sentence = f"{head} ({min(chance, 0.99) * 100:.0f} of 100): {words}."
    counter = [text for weight, text in sorted(against, reverse=True) if weight >= 0.3][:2]
    if parts.get("hit_at_the_burst") == 1 and name == "bought_followers":
        counter.insert(0, "a post did unusually well when the followers came")
    return sentence + (f" Against it: {'; '.join(counter)}." if counter else "")
