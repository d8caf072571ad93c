"""Who owns a host: a person, a blog host that lends parts of it, or everybody's mail."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from influence.store.people.handles import split_address
from influence.toml_files import shipped

if TYPE_CHECKING:
    from tldextract import TLDExtract

BLOG_HOSTS: tuple[str, ...] = tuple(shipped("influence.store.people", "hosts.toml")["blogs"])
"""Hosts of other people's blogs that the list of suffixes does not hold."""
MAIL_HOSTS = frozenset(shipped("influence.store.people", "hosts.toml")["mail"])
"""Hosts of everybody's e-mail addresses."""


def plain_domain(address: str) -> str:
    """The host of an address or domain as it is hashed: lower case, without ``www.``, port and path."""
    return split_address(address)[0]


def own_domain(host: str) -> str | None:
    """The domain that somebody owns in a host: ``crumb.co.uk`` of ``shop.crumb.co.uk``, ``anna.substack.com`` as it is.

    None for a public suffix (``co.uk``, ``blogspot.com``) and for what is no domain. By the Public Suffix List that
    comes with ``tldextract``; the network is never asked.
    """
    host = plain_domain(host)
    shared = next((name for name in BLOG_HOSTS if host == name or host.endswith(f".{name}")), None)
    if shared:
        rest = host.removesuffix(shared).rstrip(".")
        return f"{rest.rpartition('.')[2]}.{shared}" if rest else None
    found = _suffixes()(host)
    if not found.suffix and "." in host:
        return ".".join(host.split(".")[-2:])
    return found.top_domain_under_public_suffix or None


@cache
def _suffixes() -> TLDExtract:
    import tldextract

    return tldextract.TLDExtract(cache_dir=None, suffix_list_urls=(), include_psl_private_domains=True)
