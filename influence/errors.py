"""Every error a user can cause, in one tree with one base.

An error says what went wrong, where, what was seen, what was expected and what to do next. The CLI prints it in
one place and leaves with ``exit_code``; anything that is not an ``InfluenceError`` is a bug and keeps its traceback.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self


class InfluenceError(Exception):
    """Base class of everything this package raises on purpose.

    Parameters
    ----------
    what : str
        One sentence: what went wrong.
    where : str, optional
        File, line, column, table or option.
    seen, expected : str, optional
        The offending value and what would have been right.
    hint : str, optional
        What to do next.
    """

    exit_code = 1

    def __init__(
        self,
        what: str,
        *,
        where: str | None = None,
        seen: object | None = None,
        expected: str | None = None,
        hint: str | None = None,
    ) -> None:
        self.what = what
        self.where = where
        self.seen = seen
        self.expected = expected
        self.hint = hint
        super().__init__(str(self))

    @classmethod
    def unknown(cls, what: str, seen: object, known: Iterable[str], where: str | None = None) -> Self:
        """The error for a word that is none of the `known`, with the nearest of them.

        Examples
        --------
        >>> UsageError.unknown("unknown goal", "reech", ["reach", "response"]).hint
        "did you mean 'reach'?"
        """
        known = list(known)
        return cls(
            what, where=where, seen=seen, expected=", ".join(known), hint=did_you_mean(str(seen), known)
        )

    @classmethod
    def no_package(cls, thing: str, extra: str, error: ImportError, more: str = "") -> Self:
        """The error for a `thing` whose packages come with an extra that is not installed.

        Examples
        --------
        >>> print(UsageError.no_package("the app", "app", ImportError(name="starlette")))
        the app needs the extra `app`
          seen:     no module starlette
          next:     pip install 'influence-toolkit[app]'
        """
        hint = f"pip install 'influence-toolkit[{extra}]'{more}"
        return cls(f"{thing} needs the extra `{extra}`", seen=f"no module {error.name}", hint=hint)

    def __str__(self) -> str:
        parts = [self.what]
        if self.where:
            parts.append(f"  where:    {self.where}")
        if self.seen is not None:
            parts.append(f"  seen:     {_shorten(str(self.seen))}")
        if self.expected:
            parts.append(f"  expected: {self.expected}")
        if self.hint:
            parts.append(f"  next:     {self.hint}")
        return "\n".join(parts)


class UsageError(InfluenceError):
    """The command or call itself is wrong, whatever the data (an unknown weight, two options that exclude each other).

    A name that the data do not have, and what stands in a user's file, is another error: exit code 1.
    """

    exit_code = 2


class SourceError(InfluenceError):
    """A file cannot be read as what it claims to be."""


class EmptySourceError(SourceError):
    """A file can be read, and holds nothing."""


class MappingError(InfluenceError):
    """A mapping file is wrong, or none fits the file."""


class OwnerError(MappingError):
    """Whose rows a download's are is said in none of its files."""


class WorkspaceError(InfluenceError):
    """The workspace is missing, foreign, damaged or of another version."""


class WorkspaceBusyError(WorkspaceError):
    """Another process is writing to the workspace."""


class UnknownAccountError(InfluenceError):
    """No account of that handle is in the workspace, or several are."""


class NicheError(InfluenceError):
    """A niche names nothing that the data know."""


class MissingDataError(InfluenceError):
    """The tables that this question needs are absent."""


class GraphError(InfluenceError):
    """Edges, weights or a teleport vector that make no graph."""


class ConvergenceError(GraphError):
    """An iteration stopped before it reached its tolerance."""


class OutputError(InfluenceError):
    """A file cannot be written where it was asked for."""


def _shorten(text: str, width: int = 160) -> str:
    text = "".join(ch if ch.isprintable() else "�" for ch in text)
    return text if len(text) <= width else text[: width - 1] + "…"


def did_you_mean(word: str, known: list[str] | tuple[str, ...]) -> str | None:
    """Return a hint naming the nearest of `known`, or None when nothing is near."""
    from difflib import get_close_matches

    close = get_close_matches(word, known, n=1, cutoff=0.6)
    return f"did you mean {close[0]!r}?" if close else None


def check_keys(
    data: Iterable[str], known: tuple[str, ...], where: str, thing: str, error: type[InfluenceError]
) -> None:
    """Raise `error` for the first key of `data` that is not `known` in a `thing` (a mapping, a brief ...)."""
    for key in data:
        if key not in known:
            raise error.unknown(f"there is no such key in a {thing}", key, known, where)
