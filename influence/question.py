"""All that is asked of a ranking, declared once.

Command line, profile file, environment, the page's form, the pool's filters and the hash follow from the fields below:
a new filter is one field of `Filters`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, is_dataclass, replace
from datetime import date
from functools import cache
from typing import Annotated, Any, Literal, TypedDict, cast, get_type_hints

from influence.errors import UsageError
from influence.schema import KINDS

YES_NO = ("yes", "no")
Kind = Literal["text", "texts", "whole", "day", "file", "folder", "table", "given"]


@dataclass(frozen=True)
class Ask:
    """How a field is asked for.

    Attributes
    ----------
    kind : str
        ``text``, ``texts`` (several), ``whole`` (a number of zero or more), ``day``, ``file``, ``folder``, ``table``
        (signal to something); ``given`` is only an argument of functions.
    help : str
        For the option.
    name : str
        What functions, profiles and variables call it; the field's own name if not told.
    option : str or None
        Made from the name if not told; None for no option.
    metavar : str, optional
    label, example : str
        For a form.
    keeps : {"most", "least", "any", "spoken", "at", "recent", "address", "talks", "rested"}
        Of a filter: accounts with at most, at least or any of what was asked in the column `of`; ``spoken`` is told by
        posts too, ``at`` by what accounts say of where they are, the rest by `influence.ranking.standing`.
    of : str
        Column of accounts; the name if not told.
    choices : tuple of str
        What may be asked; empty for anything.
    field : str
        The field it was declared for.
    """

    kind: Kind
    help: str = ""
    name: str = ""
    option: str | None = ""
    metavar: str | None = None
    label: str = ""
    example: str = ""
    keeps: str = ""
    of: str = ""
    choices: tuple[str, ...] = ()
    field: str = ""

    def cleaned(self, value: Any) -> Any:
        """A value as the question holds it; UsageError for a number below zero."""
        if self.kind == "texts":
            return (value,) if isinstance(value, str) else tuple(value)
        if self.kind == "day":
            return None if value is None else str(value)
        if self.kind == "table":
            return dict(value or {})
        if self.kind == "whole" and value is not None and value < 0:
            thing = self.of.replace("_", " ") or self.name
            raise UsageError(
                f"a number of {thing} cannot be negative" if self.keeps else f"the {thing} cannot be negative",
                where=self.name, seen=value, expected=">= 0",
            )  # fmt: skip
        return value.strip() if isinstance(value, str) and self.kind in ("text", "file") else value


def ask(kind: Kind, help: str = "", default: Any = "", **more: Any) -> Any:
    """A field that is asked for; see `Ask` for the rest."""
    declared = {"ask": Ask(kind, help, **more)}
    if kind == "table":
        return field(default_factory=dict, metadata=declared)
    default = () if kind == "texts" else default
    return field(default=default, metadata=declared)


def several(help: str, **more: Any) -> Ask:
    """A filter that takes alternatives."""
    return Ask("texts", help, **{"keeps": "any", **more})


def bound(help: str, keeps: str, **more: Any) -> Ask:
    """A filter by a number."""
    return Ask("whole", help, keeps=keeps, **more)


Several = str | Sequence[str] | None


class Filters(TypedDict, total=False):
    """What the user asks the pool to be, as arguments and as a question holds it; what is not told or None filters
    nothing, several values of one filter are alternatives."""

    max_followers: Annotated[
        int | None,
        bound("Leave out accounts with more.", "most", of="followers", label="Followers, at most"),
    ]
    min_followers: Annotated[
        int | None,
        bound(
            "Leave out accounts with fewer, or unknown.", "least", of="followers", label="Followers, at least"
        ),
    ]
    kind: Annotated[
        Several,
        several("person, blog, podcast, brand, media, community.", example="person, blog", choices=KINDS),
    ]
    language: Annotated[Several, several("ISO code, en.", example="en, de", keeps="spoken")]
    platform: Annotated[Several, several("web, instagram, youtube ...", example="instagram, web")]
    country: Annotated[Several, several("ISO code, GB.", example="GB")]
    place: Annotated[
        Several,
        several("City, region or country, or the account's own words: Leeds.", example="Leeds", keeps="at"),
    ]
    posted_within: Annotated[
        int | None,
        bound(
            "Leave out accounts whose last post is older, in days, or unknown.",
            "recent",
            metavar="DAYS",
            label="Days since the last post, at most",
        ),
    ]
    email: Annotated[
        Several,
        several(
            "yes or no: an e-mail address is known.",
            choices=YES_NO,
            keeps="address",
            metavar="yes|no",
            label="E-mail address known",
        ),
    ]
    contacted: Annotated[
        Several,
        several(
            "yes or no: talks began, on any saved list.",
            choices=YES_NO,
            keeps="talks",
            metavar="yes|no",
            label="Contacted before",
        ),
    ]
    not_contacted_within: Annotated[
        int | None,
        bound(
            "Leave out accounts that a saved list says were contacted, in so many days.",
            "rested",
            metavar="DAYS",
            label="Days since the last contact, more than",
        ),
    ]


@dataclass(frozen=True)
class Question:
    """What is asked of a ranking; everything that decides its answer, and is hashed into it."""

    keywords: str = ask("text", 'The niche in plain words: "vegan baking".', name="niche")
    sense: str = ask(
        "text",
        "Of a niche's word with two meanings in the data, what the right one is said with.",
        metavar="WORD",
    )
    brief: str = ask("file", "A brief: .txt, .md, .docx, .pdf.")
    like: tuple[str, ...] = ask("texts", "An example account; may be repeated.", metavar="HANDLE")
    brand: str = ask("text", "The brand, for the signals about one.")
    aliases: tuple[str, ...] = ask(
        "texts", "Another name of the brand; repeatable.", option="--alias", metavar="NAME"
    )
    rivals: tuple[str, ...] = ask("texts", "Another brand; repeatable.", option="--rival", metavar="NAME")
    goal: str = ask(
        "text", "long-tail (default), awareness, response, advocacy; see `influence goals`.", "long-tail"
    )
    weights: Mapping[str, float] = ask(
        "table", "Change single weights: niche_fit=2,reach=0.", metavar="S=N,..."
    )
    scales: Mapping[str, str] = ask("table", option=None)
    unknown: Mapping[str, str] = ask("table", option=None)
    filters: Filters = field(default_factory=Filters)
    embedding_model: str = ask(
        "folder", "A folder with an ONNX sentence model; it reads the best 500 again (extra embeddings)."
    )
    as_of: str | None = ask("day", "Rank with what was known when this day began.", None, metavar="DATE")
    seed: int = ask("whole", "For random draws; 0 if not told.", 0)
    top: int = ask("given", default=30)
    conditions: tuple[Any, ...] = ask("given", default=())
    """Of `influence.text.conditions.Condition`."""

    def settings(self) -> dict[str, Any]:
        """What was told, by field; ``filters`` holds those that filter something."""
        whole = asdict(self) | {"filters": filters_from(self.filters)}
        nothing: tuple[Any, ...] = (None, "", (), {})
        return {name: value for name, value in whole.items() if name == "filters" or value not in nothing}

    def hash(self) -> str:
        """First 12 hex digits of the SHA-256 of the question."""
        nothing = {name: None if one.kind == "whole" else () for name, one in asks_of(Filters).items()}
        whole = asdict(self) | {"filters": nothing | self.settings()["filters"]}
        return hashlib.sha256(json.dumps(whole, sort_keys=True, default=str).encode()).hexdigest()[:12]


class QuestionWords(Filters, total=False):
    """`Question` as keyword arguments, but for the niche and how many rows are wanted, which functions name."""

    sense: str
    brief: str
    like: Sequence[str]
    brand: str
    aliases: Sequence[str]
    rivals: Sequence[str]
    goal: str
    weights: Mapping[str, float] | None
    scales: Mapping[str, str] | None
    unknown: Mapping[str, str] | None
    embedding_model: str
    as_of: date | str | None
    seed: int
    conditions: Sequence[Any] | Literal["brief"]


@cache
def asks_of(asked: type) -> Mapping[str, Ask]:
    """What a class declares, by name.

    Examples
    --------
    >>> list(asks_of(Filters))[:3], asks_of(Question)["aliases"].option
    (['max_followers', 'min_followers', 'kind'], '--alias')
    """
    if is_dataclass(asked):
        declared = [(one.name, one.metadata["ask"]) for one in fields(asked) if one.metadata]
    else:
        hints = get_type_hints(asked, include_extras=True)
        declared = [(name, kind.__metadata__[0]) for name, kind in hints.items()]
    return {one.name: one for one in (_named(*pair) for pair in declared)}


def filters_told(told: Mapping[str, Any]) -> Iterator[tuple[str, Ask, Any]]:
    """Name, declaration and value of each that filters something among values by name, in the declared order."""
    for name, one in asks_of(Filters).items():
        if told.get(name) not in (None, (), []):
            yield name, one, one.cleaned(told[name])


def filters_from(told: Mapping[str, Any]) -> Filters:
    """Those of `filters_told` that a question holds."""
    return cast(Filters, {name: value for name, _, value in filters_told(told)})


def _named(own: str, declared: Ask) -> Ask:
    name = declared.name or own
    option = "--" + name.replace("_", "-") if declared.option == "" else declared.option
    label = declared.label or name.replace("_", " ").capitalize()
    of = declared.of or (name if declared.keeps else "")
    return replace(declared, name=name, option=option, label=label, of=of, field=own)


def all_asks() -> dict[str, Ask]:
    """What a question and its filters declare, by name, in the order of the help."""
    found = asks_of(Question)
    at = list(found).index("embedding_model")
    pairs = list(found.items())
    return dict([*pairs[:at], *asks_of(Filters).items(), *pairs[at:]])


def put_together(told: Mapping[str, Any]) -> Question:
    """A question from values by name; what is not told keeps its default.

    Raises
    ------
    UsageError
        A name that no field has, with the nearest that one has; a number below zero.

    Examples
    --------
    >>> put_together({"niche": " vegan baking ", "kind": "blog"}).filters
    {'kind': ('blog',)}
    """
    asks = all_asks()
    for name in told:
        if name not in asks:
            raise UsageError.unknown("unknown argument of a ranking", name, asks)
    own = {
        asks[name].field: asks[name].cleaned(value)
        for name, value in told.items()
        if name not in asks_of(Filters)
    }
    return Question(**own, filters=filters_from(told))
