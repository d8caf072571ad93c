"""Who may be ranked at all, whatever is asked: what is usual for an account is learned from these.

A filter says whom somebody wants to see. What an account is measured by (how often its like posts, what a post of its
size brings) is no matter of that, so that its figures are the same under every filter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from influence.store.rights.suppression import read_suppressions

if TYPE_CHECKING:
    from influence.signals.material import Material


def never_ranked(material: Material) -> list[tuple[str, np.ndarray]]:
    """(why, who) of those who are in no list, whatever is asked; an account can be under several reasons."""
    suppressed = material.kept("suppressed", lambda: suppressed_accounts(material))
    flags = {"private": "is_private", "asked not to be indexed": "noindex", "known bots": "is_bot"}
    return [
        *([("suppressed", suppressed)] if len(suppressed) else []),
        *((why, material.column(flag) == 1) for why, flag in flags.items()),
    ]


def may_be_ranked(material: Material) -> np.ndarray:
    """Who speaks and is not ruled out by `never_ranked`, shape (n_accounts,)."""
    gone = [who for _, who in never_ranked(material)]
    return material.once("may be ranked", lambda: material.speaks & ~np.logical_or.reduce(gone))


def suppressed_accounts(material: Material) -> np.ndarray:
    """Which accounts are suppressed, shape (n_accounts,); empty where nobody is."""
    known = read_suppressions(material.store)
    if not known:
        return np.zeros(0, dtype=bool)
    return np.array([known.account(str(account)) for account in material.account_ids], dtype=bool)
