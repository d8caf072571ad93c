"""A start without examples: from a niche's words to accounts that may serve as seeds, each with why.

Only what is open without a login is asked. On Mastodon: who posts under the words as hashtags on one server, and whose
profile in its directory says them. On Bluesky: whose name or profile holds them, and who is in starter packs that are
called so. An account that several of these name comes first. They are proposals, for a person to say yes to.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from urllib.parse import urlencode

from influence.errors import SourceError, UsageError
from influence.networks.bluesky import Bluesky
from influence.networks.client import BudgetSpentError, Conduct, PoliteClient, RequestCounts
from influence.networks.fetching import replies_of
from influence.networks.harvest import Harvest
from influence.networks.kept import objects
from influence.networks.mastodon import Mastodon
from influence.store.rights.suppression import read_suppressions
from influence.store.workspace import Workspace

MOST_SEEDS = 8
"""Proposed at most; a crawl is steady from five on, and each more costs a list of followers."""

REQUESTS = 60
"""Most requests for finding seeds."""


@dataclass(frozen=True)
class Proposed:
    """An account that may be a seed, and by what it was found, in words."""

    account_id: str
    why: tuple[str, ...]


@dataclass(frozen=True)
class Start:
    """Seeds that are proposed, best first, and what finding them asked."""

    seeds: tuple[Proposed, ...]
    asked: RequestCounts
    problems: tuple[tuple[str, str], ...]


def propose_seeds(
    workspace: Workspace,
    network: str,
    words: str,
    how: Conduct,
    server: str = "mastodon.social",
) -> Start:
    """Whom might a crawl for a niche begin with?

    Parameters
    ----------
    workspace : Workspace
        Whose suppressed people are left out; answers are kept in its cache.
    network : {"bluesky", "mastodon"}
        Blogs have no open directory: they begin with examples.
    words : str
        The niche: phrases, apart by commas.
    how : Conduct
    server : str
        Of Mastodon: whose hashtags and directory are asked.

    Raises
    ------
    UsageError
        A network without an open search, or no words.
    """
    if network not in ("bluesky", "mastodon"):
        raise UsageError("there is no open search of this network", where="--on", seen=network,
                         hint="name two or more examples with --like, or a blogroll with --like-file")  # fmt: skip
    phrases = [phrase for part in words.split(",") if (phrase := " ".join(part.lower().split()))]
    if not phrases:
        raise UsageError(
            "a start without examples needs words", where="--niche", expected='"sourdough baking"'
        )
    with closing(PoliteClient(replies_of(workspace), how.manners, how.budget)) as client:
        search = _Search(client, phrases, how.hosts, server)
        search.run(network)
    hidden = read_suppressions(workspace.store)
    kept = [
        one for one in search.found
        if one not in search.into.hidden and not hidden.account(one)
    ]  # fmt: skip
    first = sorted(kept, key=lambda one: (-len(search.found[one]), one))[:MOST_SEEDS]
    seeds = tuple(Proposed(one, tuple(search.found[one])) for one in first)
    return Start(seeds, client.asked, tuple(search.into.problems))


@dataclass
class _Search:
    """The questions of one start, and by what each account was found."""

    client: PoliteClient
    phrases: Sequence[str]
    hosts: Mapping[str, str]
    server: str
    into: Harvest = field(default_factory=Harvest)
    found: dict[str, list[str]] = field(default_factory=dict)

    def run(self, network: str) -> None:
        """Ask everything, or until the budget is spent."""
        try:
            (self._on_bluesky if network == "bluesky" else self._on_mastodon)()
        except BudgetSpentError:
            self.into.problems.append((network, "the budget was spent before all was asked"))

    def _on_bluesky(self) -> None:
        asked = Bluesky(self.client, self.into, self.hosts)
        for phrase in self.phrases:
            if not self._searched(asked, phrase):  # it may want the phrase as it stands in a name or title
                for word in long_words(phrase):
                    self._searched(asked, word)

    def _searched(self, asked: Bluesky, words: str) -> bool:
        """Whether anybody is found by these words: by their profile, or in a starter pack."""
        people = asked.search(words)
        self._note(people, f"its profile is found by '{words}'")
        packs = asked.packs(words)
        for title, members in packs:
            self._note(members, f"is in the starter pack '{title}'")
        return bool(people or packs)

    def _on_mastodon(self) -> None:
        asked = Mastodon(self.client, self.into, self.hosts)
        for tag in tags_of(self.phrases):
            self._note(asked.tagged(self.server, tag), f"posts under #{tag}")
        for account_id in asked.directory(self.server):
            row = self.into.tables["accounts"][(account_id,)]
            said = f"{row.get('name') or ''} {row.get('bio') or ''}".lower()
            for phrase in self.phrases:
                self._note([account_id] if phrase in said else [], f"its profile says '{phrase}'")

    def _note(self, accounts: Sequence[str], why: str) -> None:
        for account_id in accounts:
            reasons = self.found.setdefault(account_id, [])
            if why not in reasons:
                reasons.append(why)


def long_words(phrase: str) -> list[str]:
    """Words of a phrase that may stand for it alone."""
    return [word for word in phrase.split() if len(word) > 3]


def tags_of(phrases: Sequence[str]) -> list[str]:
    """Hashtags that a niche's phrases may be written as: run together, and each longer word.

    Examples
    --------
    >>> tags_of(["sourdough baking", "rye"])
    ['sourdoughbaking', 'sourdough', 'baking', 'rye']
    """
    spoken = [one for phrase in phrases for one in (phrase, *long_words(phrase))]
    tags = ("".join(filter(str.isalnum, one)) for one in spoken)
    return list(dict.fromkeys(tag for tag in tags if tag))


HOST = "https://api.podcastindex.org"
MOST_FEEDS = 40


def find_podcasts(client: PoliteClient, words: str, key: str, at: int, host: str) -> list[str]:
    """Feeds of living podcasts that the index finds by these words, in its order.

    Parameters
    ----------
    client : PoliteClient
    words : str
    key : str
        The user's, ``KEY:SECRET``; of the secret only a digest is sent, ``sha1(key + secret + at)``, good for five
        minutes.
    at : int
        Now, seconds since 1970.
    host : str
        Its address.

    Raises
    ------
    SourceError
        The index did not answer, or refused the key.
    """
    key, _, secret = key.partition(":")
    signed = hashlib.sha1(f"{key}{secret}{at}".encode(), usedforsecurity=False).hexdigest()
    headers = {"X-Auth-Key": key, "X-Auth-Date": str(at), "Authorization": signed}
    address = f"{host.rstrip('/')}/api/1.0/search/byterm?{urlencode({'q': words, 'max': MOST_FEEDS})}"
    reply = client.get(address, accept="application/json", headers=headers)
    told = reply.json()
    if not isinstance(told, dict):
        raise SourceError(
            "the Podcast Index did not answer", seen=reply.problem or "no JSON",
            hint="is INFLUENCE_PODCASTINDEX_KEY yours, written KEY:SECRET, and this machine's clock right?",
        )  # fmt: skip
    feeds = [one for one in objects(told, "feeds") if not one.get("dead")]
    return list(dict.fromkeys(str(one["url"]) for one in feeds if one.get("url")))
