"""One normal form of a name on a platform, whatever it was copied from: ``@anna``, ``ig:Anna``, a pasted address.

An account's id is ``platform:handle`` in lower case. Everything that meets a handle (import, look-up, hashes,
erasure) makes it here, so that fifteen spellings of four blogs are four accounts. A name that nobody bears
(``[deleted]``) is None. And who owns a host: a person, a blog host that lends parts of it, or everybody's mail.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote

from influence.toml_files import shipped

if TYPE_CHECKING:
    from tldextract import TLDExtract

WEB = "web"
_TOLD = shipped("influence.store.people", "networks.toml")
DELETED, EMPTY = frozenset(_TOLD["deleted"]), frozenset(_TOLD["empty"])
"""What exports write where somebody has gone, and where there is no account."""

_HOSTS_TOLD = shipped("influence.store.people", "hosts.toml")
BLOG_HOSTS: tuple[str, ...] = tuple(_HOSTS_TOLD["blogs"])
"""Hosts of other people's blogs that the list of suffixes does not hold."""
MAIL_HOSTS = frozenset(_HOSTS_TOLD["mail"])
"""Hosts of everybody's e-mail addresses."""


@dataclass(frozen=True)
class Account:
    """Somebody on a platform: `handle` as it is shown, `account_id` as it is compared."""

    platform: str
    handle: str

    @property
    def account_id(self) -> str:
        """``platform:handle``, lower case."""
        return f"{self.platform}:{lower(self.handle)}"


@dataclass(frozen=True)
class Network:
    """Where the profiles of a platform live.

    Attributes
    ----------
    platform : str
    hosts : str
        Pattern of the host, without ``www.`` and the like.
    paths : sequence of str
        Patterns of a profile's path (no slash around it); the first group is the handle.
    words : str
        Other words for the platform, letters and digits only.
    pages : str
        First parts of a path that are no profile.
    """

    platform: str
    hosts: str
    paths: Sequence[str]
    words: str = ""
    pages: str = ""


NETWORKS = tuple(Network(platform, **told) for platform, told in _TOLD["networks"].items())
"""Platforms whose profile addresses are read; a host that is none of these is a site of its own."""

HOSTED = {name: f"{name}.com" for name in _TOLD["hosted"]}
"""Platforms on which the handle is a host: ``tumblr`` + ``crumbs`` is the blog crumbs.tumblr.com."""
_WORDS = {
    **{word: network.platform for network in NETWORKS for word in (network.platform, *network.words.split())},
    **dict.fromkeys(_TOLD["sites"], WEB),
    **{word: word for word in HOSTED},
    **dict.fromkeys(_TOLD["mastodon"], "mastodon"),
}
_NETWORKS = frozenset(network.platform for network in NETWORKS)
_HOSTS = tuple((re.compile(network.hosts), network) for network in NETWORKS)
REMEMBERED = 16_384
"""Texts whose account is remembered: profiles are read again with each list."""
_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]*:)?/{2,}|https?:/*|www\d?\.(?=\S+\.[^\W\d]{2,}(?:[/:?#.]|$))", re.I
)
_HOST_AND_MORE = re.compile(r"[^\s/@:?#]+\.[^\s/@:.?#]{2,}\.?(?::\d+)?(?:[/?#]|$)")
_ACCT = re.compile(r"@?([\w.-]+)@([\w-]+(?:\.[\w-]+)+)")
_PREFIX = re.compile(r"([^\W\d]\w*):\s*(?!//)(.+)")
_INSIDE = re.compile(r"(?<![\w.@/])@\w[\w.\-]*(?:@[\w.\-]+\w)?|https?://[^\s<>\"')\]]+")
_QUOTED = re.compile(r"^u?'([^']+)'$")
"""As scripts print a name: ``u'anna'``."""
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def lower(text: str) -> str:
    """Lower case in the one form in which names are compared (``İ`` is ``i``)."""
    return text if text.islower() and text.isascii() else text.lower().replace("i\u0307", "i")


@cache
def _invisible() -> dict[int, None]:
    """Characters that a name may hold and nobody sees: joiners, direction marks, variation selectors."""
    marks = (code for code in range(0xE0200) if unicodedata.category(chr(code)) == "Cf")
    return dict.fromkeys((*marks, *range(0xFE00, 0xFE10)))


def readable(text: str) -> str:
    """One form of the letters of a name: compatible letters made plain, nothing invisible, single spaces."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    return re.sub(
        r"[^\S\n\t\r\f\v]+", " ", unicodedata.normalize("NFKC", text.translate(_invisible())).strip()
    )


@lru_cache(4096)
def platform_of(text: str) -> str:
    """The one name of a platform: ``ig`` is ``instagram``, ``X`` is ``twitter``, a blog is ``web``; empty: unknown.

    An address stands for the platform that it is on.
    """
    if "://" in text:
        account = account_of(text)
        return account.platform if account else network_of_address(text) or ""
    plain = lower(readable(text)).removeprefix("www.")
    words = [re.sub(r"[\W_]", "", plain), re.sub(r"[\W_]", "", plain.removesuffix(".com"))]
    words += [re.sub(r"[\W_]", "", part) for part in re.split(r"[,/;&+|]", plain)]
    # ``INSTAGRAM_BUSINESS``: tools that publish there name the kind of account too
    words += [re.sub(r"(?:[\W_]+(?:business|company|creator|page|profile|group)s?)+$|[\W_]", "", plain)]
    known = next((_WORDS[word] for word in words if word in _WORDS), None)
    return known or re.sub(r"[\W_]+", "_", plain).strip("_")


@lru_cache(maxsize=REMEMBERED)
def account_of(text: str, platform: str = WEB) -> Account | None:
    """Whom does a handle, an id or an address name?

    Parameters
    ----------
    text : str
        ``anna``, ``@anna``, ``instagram:anna``, ``@anna@mastodon.social``, ``https://x.com/anna?lang=en``,
        ``crumb.example/about``.
    platform : str
        The platform where the text names none.

    Returns
    -------
    Account or None
        None where it names nobody: ``[deleted]``, an address of a post.

    Examples
    --------
    >>> account_of("https://www.instagram.com/Oven_Amy/?igsh=abc").account_id
    'instagram:oven_amy'
    >>> account_of("http://www.Crumb.example:80/about/?utm_source=x").account_id
    'web:crumb.example'
    >>> account_of("[deleted]") is None
    True
    """
    plain = _QUOTED.sub(r"\1", readable(text))
    if lower(plain) in EMPTY or is_deleted(plain) or _CONTROLS.search(plain):
        return None
    platform = platform_of(platform) or WEB
    if " " in plain and (told := told_inside(plain)):
        return account_of(told, platform)
    prefixed = _PREFIX.fullmatch(plain)
    if prefixed and not re.match(r"(?:https?|mailto|did)$", prefixed[1], re.I):
        return account_of(prefixed[2], prefixed[1])
    if lower(plain).startswith("did:"):
        return Account("bluesky", plain)
    if _ADDRESS.match(plain) or (
        _HOST_AND_MORE.match(plain) and (platform == WEB or re.search("[/?#]", plain))
    ):
        return _by_address(plain, platform)
    return _by_handle(plain, platform)


def told_inside(text: str) -> str | None:
    """The one @name or address that stands beside a name; None where there is none, or several.

    Examples
    --------
    >>> [told_inside(x) for x in ("1. Amy Oven (@oven_amy)", "Amy Oven", "@amy and @ben")]
    ['@oven_amy', None, None]
    """
    found = _INSIDE.findall(text) if "@" in text or "://" in text else []
    return found[0].rstrip(".-") if len(found) == 1 and found[0] != text else None


def plain_name(text: str) -> str:
    """A name without its number in a list and without the handle that stands beside it.

    Examples
    --------
    >>> plain_name("1. Amy Oven (@oven_amy)"), plain_name("@oven_amy - Amy Oven"), plain_name("2) Ben")
    ('Amy Oven', 'Amy Oven', 'Ben')
    """
    beside = told_inside(text)
    bare = text.replace(beside, " ") if beside else text
    bare = re.sub(r"^\s*\d{1,4}[.)]\s+|[(\[]\s*[)\]]", "", bare).strip(" -–—|:/,")
    return " ".join(re.sub(r"^[(\[](.*)[)\]]$", r"\1", bare).split()) or text.strip()


def is_deleted(text: str) -> bool:
    """Whether an export says here that somebody has gone: ``[deleted]``."""
    return lower(text).strip().removeprefix("u/") in DELETED


def _by_handle(plain: str, platform: str) -> Account | None:
    acct = _ACCT.fullmatch(plain)
    if acct and (plain.startswith("@") or platform == "mastodon"):
        on_threads = acct[2] == "threads.net"
        return Account("threads", acct[1]) if on_threads else Account("mastodon", f"{acct[1]}@{acct[2]}")
    if acct and platform in _NETWORKS:
        return Account(WEB, plain)  # an address of e-mail: somebody, and nobody's name there
    handle = plain.lstrip("@ ").rstrip("/ ")
    if platform == "reddit":
        handle = re.sub(r"^/?(?:u|user)/", "", handle, flags=re.I)
    if re.fullmatch(r"\d+\.0", handle):
        handle = handle[:-2]
    if not any(map(str.isalnum, handle)) or is_deleted(handle):
        return None
    if platform in HOSTED:
        return Account(WEB, _host(handle if "." in handle else f"{handle}.{HOSTED[platform]}"))
    if platform == "bluesky" and "." not in handle:
        handle += ".bsky.social"
    return Account(platform, handle)


def _by_address(address: str, platform: str) -> Account | None:
    host, path, query = split_address(address)
    if "." not in host:
        return Account(WEB, host) if host else None
    if host.endswith(".medium.com"):
        return Account("medium", host.removesuffix(".medium.com"))
    network = network_of_host(host)
    if network and path:
        return _profile(network, path, query)
    if host in ("tumblr.com", "wordpress.com") and (
        found := re.match(r"(?:blog/view/|blog/)?@?([\w-]+)$", path)
    ):
        return Account(WEB, f"{found[1]}.{host}")
    on_server = re.match(r"@([\w.-]+)(?:@([\w.-]+))?(?:/|$)", path) or (
        platform == "mastodon" and re.match(r"(?:users|web/@)/?([\w.-]+)()", path)
    )
    if on_server:
        return Account("mastodon", f"{on_server[1]}@{on_server[2] or host}")
    return Account(WEB, "/".join((host, *_own_path(path))))


def _profile(network: Network, path: str, query: str) -> Account | None:
    key = "id" if path == "profile.php" else "screen_name" if path.startswith("intent") else ""
    if told := parse_qs(query).get(key):
        return Account(network.platform, told[0])
    is_page = path.split("/")[0].lower() in network.pages.split()
    paths = network.paths[:-1] if is_page else network.paths
    found = next((m for p in paths if (m := re.match(f"{p}(?:/|$)", path, re.I))), None)
    return _by_handle(found[1], network.platform) if found else None


def split_address(address: str) -> tuple[str, str, str]:
    """Host (lower case, without ``www.``, port, final dot; letters for punycode), path (no slash around it), query."""
    rest = re.sub(r"^(?:[a-z][a-z0-9+.-]*:)?/{2,}|^https?:/*", "", address.strip(), flags=re.I)
    host, path, query = re.findall(r"^(?:[^/?#@]*@)?([^/?#]*)([^?#]*)(?:\?([^#]*))?", rest)[0]
    return _host(host), re.sub(r"/{2,}", "/", unquote(path)).strip("/ "), query


def _host(text: str) -> str:
    host = re.sub(r":\d*$", "", lower(readable(text))).strip(". ")
    host = re.sub(r"^www\d?\.(?=.*\.)", "", host)
    if "xn--" in host:
        host = readable(".".join(_letters(label) for label in host.split(".")))
    return re.sub(r"\.blogspot(?:\.com?)?\.[a-z]{2,3}$", ".blogspot.com", host)


def _letters(label: str) -> str:
    try:
        return label[4:].encode("ascii").decode("punycode") if label.startswith("xn--") else label
    except UnicodeError:
        return label


def _own_path(path: str) -> tuple[str, ...]:
    """The part of a path that tells one blog of a host from another: ``~anna``, ``blogs/anna``; none for a page."""
    parts = [lower(part) for part in path.split("/") if part]
    for at, part in enumerate(parts[:-1]):
        if part in _TOLD["owners"]:
            return tuple(parts[: at + 2])
    if not parts or parts[0] in _TOLD["pages"] or _is_page(parts[0]):
        return ()
    return (parts[0],)


def _is_page(part: str) -> bool:
    return bool(re.fullmatch(r"(?:19|20)\d\d|.*\.\w{2,5}|(?:[^-]+-){2,}[^-]*|.{40,}|wp-.*|index.*", part))


def plain_email(address: str) -> str:
    """An address as it is hashed: trimmed, lower case, without what surrounds it."""
    return lower(readable(address)).strip("<> ").removeprefix("mailto:")


def network_of_address(address: str) -> str | None:
    """The network on whose pages an address is, whatever it shows there; None: it is on none.

    Examples
    --------
    >>> [network_of_address(x) for x in ("https://x.com/amy/status/1", "https://crumb.example/1", "amy")]
    ['twitter', None, None]
    """
    if not _ADDRESS.match(address):
        return None
    network = network_of_host(split_address(address)[0])
    return network.platform if network else None


def network_of_host(host: str) -> Network | None:
    """The network whose profiles are on this host."""
    return next((network for pattern, network in _HOSTS if pattern.fullmatch(host)), None)


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
