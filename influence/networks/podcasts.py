"""Podcasts on a subject, from the Podcast Index with the user's key; the feeds found are read like any blog's."""

from __future__ import annotations

import hashlib
from urllib.parse import urlencode

from influence.errors import SourceError
from influence.networks.client import PoliteClient
from influence.networks.kept import objects

HOST = "https://api.podcastindex.org"


def find_podcasts(
    client: PoliteClient, words: str, key: str, at: int, most: int = 40, host: str = HOST
) -> list[str]:
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
    most : int
    host : str
        Another place than the public one (its address).

    Raises
    ------
    SourceError
        The index did not answer, or refused the key.
    """
    key, _, secret = key.partition(":")
    signed = hashlib.sha1(f"{key}{secret}{at}".encode(), usedforsecurity=False).hexdigest()
    headers = {"X-Auth-Key": key, "X-Auth-Date": str(at), "Authorization": signed}
    address = f"{host.rstrip('/')}/api/1.0/search/byterm?{urlencode({'q': words, 'max': most})}"
    reply = client.get(address, accept="application/json", headers=headers)
    told = reply.json()
    if not isinstance(told, dict):
        raise SourceError(
            "the Podcast Index did not answer", seen=reply.problem or "no JSON",
            hint="is INFLUENCE_PODCASTINDEX_KEY yours, written KEY:SECRET, and this machine's clock right?",
        )  # fmt: skip
    feeds = [one for one in objects(told, "feeds") if not one.get("dead")]
    return list(dict.fromkeys(str(one["url"]) for one in feeds if one.get("url")))
