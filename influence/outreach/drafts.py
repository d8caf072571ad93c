"""Mail drafts from Jinja templates, in a sandbox; an unknown or empty variable is an error, never a gap in a mail."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from influence.errors import InfluenceError, did_you_mean
from influence.outreach.addressees import FIELDS

if TYPE_CHECKING:
    from jinja2 import Template as Compiled
    from jinja2.sandbox import ImmutableSandboxedEnvironment

FOLDER = Path(__file__).with_name("templates")
HOUSE_LANGUAGE = "en"
WHO_WE_ARE = "about"
"""A sentence of the campaign on who writes; a draft goes without where nobody told it, and the lint says so."""
MAX_TEMPLATE = 100_000
_PLACEHOLDER = re.compile(
    r"\[[^\]\n]{1,40}\]|<<[^>\n]{1,40}>>|(?<!\{)\{[^{}%\n]{1,40}\}(?!\})|\*\|[A-Z_:]+\|\*|%[A-Z_]{3,}%|\bX{3,}\b"
)
"""What other tools and hurried people leave for a name: [NAME], <<Name>>, {name}, *|FNAME|*, %NAME%, XXX."""


class DraftError(InfluenceError):
    """A template is missing, broken, or asks for something that is not there."""


@dataclass(frozen=True)
class Draft:
    """A template of a mail: subject and body, and the variables that they ask for."""

    name: str
    subject: Compiled
    body: Compiled
    variables: frozenset[str]
    leftovers: tuple[str, ...]

    def write(self, values: Mapping[str, str]) -> tuple[str, str]:
        """Subject and body for one person.

        Raises
        ------
        DraftError
            A variable has no value and the template gives no default.
        """
        from jinja2 import TemplateError

        try:
            subject = " ".join(self.subject.render(values).split())
            return subject, self.body.render(values).strip() + "\n"
        except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
            raise DraftError("the draft cannot be written", where=self.name, seen=str(error)) from error


def template_names() -> list[str]:
    """The templates that come with the package."""
    return sorted(path.stem for path in (FOLDER / HOUSE_LANGUAGE).glob("*.txt"))


def template_languages() -> list[str]:
    """Languages (ISO 639-1) in which every template comes."""
    return sorted(path.name for path in FOLDER.iterdir() if path.is_dir())


def read_draft(name: str, settings: Mapping[str, str], language: str = HOUSE_LANGUAGE) -> Draft:
    """A template by name, or a file of the user's own whose first line is ``Subject: ...``.

    Parameters
    ----------
    name : str
    settings : mapping
        Variables of the campaign that are the same for everybody: brand, sender, offer.
    language : str
        One of `template_languages`; a file of the user's own is in whatever language it is.

    Raises
    ------
    DraftError
        No such template, a mistake in it, or variables that neither the list nor `settings` knows.
    """
    builtin = name in template_names()
    file = FOLDER / language / f"{name}.txt" if builtin else Path(name)
    if not builtin and not file.is_file():
        raise DraftError(
            "there is no such template",
            seen=name,
            expected=", ".join(template_names()) + ", or a file",
            hint=did_you_mean(name, template_names()),
        )
    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DraftError("the template cannot be read", where=str(file), seen=str(error)) from error
    if len(text) > MAX_TEMPLATE:
        raise DraftError(
            "the template is too long", where=file.name, expected=f"at most {MAX_TEMPLATE:,} characters"
        )
    return parse_draft(text, file.name, settings)


def parse_draft(text: str, name: str, settings: Mapping[str, str]) -> Draft:
    """Compile a template and check what it asks for."""
    from jinja2 import TemplateSyntaxError, meta

    head, _, body = text.lstrip().partition("\n")
    if not head.lower().startswith("subject:") or not body.strip():
        raise DraftError("a template begins with its subject", where=name, seen=head, expected="Subject: ...")
    environment = _environment()
    try:
        parts = [environment.parse(source) for source in (head[len("subject:") :].strip(), body.strip())]
        compiled = [environment.from_string(part) for part in parts]
        leftovers = tuple(
            dict.fromkeys(found for source in (head, body) for found in _leftovers(environment, source))
        )
    except TemplateSyntaxError as error:
        raise DraftError(
            "the template has a mistake", where=f"{name}, line {error.lineno}", seen=error.message
        ) from error
    variables = frozenset().union(*(meta.find_undeclared_variables(part) for part in parts))
    _check_variables(variables, settings, name)
    return Draft(name, compiled[0], compiled[1], variables, leftovers)


def _environment() -> ImmutableSandboxedEnvironment:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    # no autoescape: a mail is text, and an apostrophe in a name must stay one
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    environment.filters["begun"] = _begun
    return environment


def _begun(text: Any) -> Any:
    """Words as they begin a line: with a capital, unless they hold one (*iPhone*); what is not there stays so."""
    from jinja2 import Undefined

    if isinstance(text, Undefined) or text != text.lower():
        return text
    return re.sub(r"[^\W\d_]", lambda first: first[0].upper(), text, count=1)


def _check_variables(variables: frozenset[str], settings: Mapping[str, str], name: str) -> None:
    missing = sorted(variables - set(FIELDS) - set(settings) - {WHO_WE_ARE})
    if missing:
        near = did_you_mean(missing[0], [*FIELDS, *settings])
        raise DraftError(
            "the template asks for what nobody has told",
            where=name,
            seen=", ".join(missing),
            expected="a field of the list, or --set NAME=TEXT",
            hint=" ".join(f'--set {variable}="..."' for variable in missing) + (f"; {near}" if near else ""),
        )


def _leftovers(environment: ImmutableSandboxedEnvironment, source: str) -> list[str]:
    """Placeholders of another kind in the fixed words of a template."""
    data: list[Any] = [value for _, kind, value in environment.lex(source) if kind == "data"]
    return [found.group() for text in data for found in _PLACEHOLDER.finditer(text)]


def brackets_in(text: str) -> str | None:
    """What is left of a template in a finished text (``{{``, ``%}``), or None."""
    found = re.search(r"\{\{|\}\}|\{%|%\}|\{#|#\}", text)
    return found.group() if found else None
