"""Replies kept beside the workspace, one file each: what was asked is not asked again, also after a crash.

A reply is a line of JSON (address, day, status, headers that matter) and the body behind it. Files are written whole
and then named, so that a killed run leaves the reply or nothing. They go with the cache of the workspace: `forget`
and `purge` erase them.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import zlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin


@dataclass(frozen=True)
class Reply:
    """What came back for one address.

    Attributes
    ----------
    address : str
        As it was asked.
    final : str
        Where redirects led.
    status : int
        HTTP status; 0 where no answer came (`problem` says why).
    kind : str
        Content type, lower case, without parameters.
    charset : str
        As the header told it; empty where it told none.
    body : bytes
        At most the cap of the client.
    at : float
        Seconds since 1970 (UTC) when it was asked.
    etag, modified, link : str
        Headers that the next request or the next page needs; `link` is ``Location`` where the reply is a redirect.
    wishes : str
        ``X-Robots-Tag``: what the server asks of programs that index.
    problem : str
        Why there is no usable body, in words; empty where there is one.
    """

    address: str
    final: str = ""
    status: int = 0
    kind: str = ""
    charset: str = ""
    body: bytes = b""
    at: float = 0.0
    etag: str = ""
    modified: str = ""
    link: str = ""
    wishes: str = ""
    problem: str = ""

    @property
    def good(self) -> bool:
        """Whether there is a body to read."""
        return self.status == 200 and not self.problem

    @property
    def redirects(self) -> bool:
        """Whether it only says where else to look."""
        return self.status in (301, 302, 303, 307, 308) and bool(self.link)

    def linked(self, rel: str) -> str:
        """Where the ``Link`` header sends for this; empty where it names nothing."""
        found = re.search(rf'<([^>]+)>\s*;[^,<]*?rel="?{re.escape(rel)}"?', self.link)
        return urljoin(self.final, found[1]) if found else ""

    def json(self) -> Any:
        """The body read as JSON; None where it is none."""
        try:
            return json.loads(self.body) if self.good else None
        except ValueError:
            return None


def objects(told: Any, key: str = "") -> list[dict[str, Any]]:
    """The objects of a JSON list, or of the list under `key`; none where a server sent another shape."""
    listed = told.get(key) if key and isinstance(told, dict) else told
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


class KeptReplies:
    """A folder of replies by address; None keeps them in memory for one run."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._memory: dict[str, Reply] = {}
        if folder is not None:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def find(self, address: str) -> Reply | None:
        """The latest reply to this address, or None; a damaged file is as good as none."""
        if self._folder is None:
            return self._memory.get(address)
        try:
            return read_reply(self._file(address).read_bytes())
        except (OSError, ValueError, TypeError, KeyError, zlib.error):
            return None

    def keep(self, reply: Reply) -> None:
        """Keep a reply in place of an earlier one to the same address."""
        if self._folder is None:
            self._memory[reply.address] = reply
            return
        head = json.dumps({**asdict(reply), "body": ""}, ensure_ascii=True).encode()
        target = self._file(reply.address)
        fresh = target.with_suffix(f".{os.getpid()}.new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(head + b"\n" + zlib.compress(reply.body, 3))
        fresh.replace(target)

    def _file(self, address: str) -> Path:
        assert self._folder is not None
        return self._folder / f"{hashlib.sha256(address.encode()).hexdigest()[:32]}.reply"


def read_reply(raw: bytes) -> Reply:
    """What stands in a kept file."""
    head, _, body = raw.partition(b"\n")
    told = json.loads(head)
    told["body"] = zlib.decompress(body)
    return Reply(**told)
