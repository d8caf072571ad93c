"""Two hundred drafts read by a program of its own: does every personal sentence rest on a post that says so?

    python -m benchmarks.outreach.drafts --show 20

Drafts come from `influence export --for mailmerge` over a simulated world and over the public blogs, with every
template in turn. The simulated accounts write in four languages; half of those in German, French and Spanish are said
to write in Romanian, Italian and Portuguese, so that all seven languages of the templates are written. The reader below
uses nothing of `influence.outreach`: it takes the file, the posts, and the raw text of the templates. It counts

- sentences that neither stand word for word in the template, the campaign or a law's notice, nor quote a post of this
  account as it begins, of the day that the post has;
- subjects that are empty, or whose words of the niche the post does not have (one word: four letters) or denies just
  before them;
- drafts that are not in the language of the account, or whose words are not of the language that the file names.
"""

from __future__ import annotations

import csv
import re
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import pandas as pd
import py3langid

import influence
from benchmarks.blogs import load, niches
from influence.cli.app import run
from influence.outreach.export import export_list
from influence.outreach.lists import save_shortlist
from influence.ranking.rank import rank
from influence.selection.shortlist import shortlist
from influence.store.importing.transaction import import_files, import_tables
from influence.store.lists.saved import load_list, write_picks
from influence.store.workspace import EPOCH, Workspace, open_workspace

TEMPLATES = Path(influence.__file__).parent / "outreach/templates"
NOW = datetime(2026, 11, 27)
KINDS = ("pitch", "educate", "sample", "value-first", "follow-up")
OTHERS = {"de": "ro", "fr": "it", "es": "pt"}
CAMPAIGN = {"brand": "Kornfeld", "sender": "Jo Field", "postal_address": "1 High Street, Leeds",
            "address_source": "a public page", "privacy_url": "https://kornfeld.example/privacy"}  # fmt: skip
ENGLISH = ("vegan baking", "home brewing", "birdwatching", "trail running", "film photography")
FOREIGN = ("birdwatching, birding", "backpacking, budgettravel", "trailrunning, fellrunning", "keycaps, customkeyboard",
           "35mm, believeinfilm")  # fmt: skip
"""Niches in words that the simulated accounts of other languages use too."""
MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "ro": "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",
}
WRITTEN = datetime(2026, 11, 6)
"""When the people of a follow-up were written to first."""
DENIED = (
    r"\b(no|not|without|never|kein\w*|ohne|nicht|sans|pas de|sin|non|senza|sem|fără|free of)\s+(\w+\s+){0,2}$"
)


def campaign_of(template: str) -> dict[str, str]:
    """What the campaign tells a template, in all languages: knowledge where it gives that, else something to try."""
    told = tomllib.loads(Path(__file__).with_name("campaign.toml").read_text("utf-8"))
    offer = "gives" if template in ("educate", "value-first") else "offer"
    texts = {language: {"about": one["about"], "offer": one[offer]} for language, one in told.items()}
    in_all = {f"{name}.{language}": text for language, one in texts.items() for name, text in one.items()}
    return {**CAMPAIGN, **texts["en"], **in_all}


def drafts_of(
    workspace: Workspace, asked: str, n: int, template: str, **filters: Any
) -> list[dict[str, str]]:
    """Drafts to the best `n` for a niche, with the language that the account or its post tells."""
    found = shortlist(rank(workspace, asked, top=0, **filters), size=n)
    save_shortlist(workspace, "list", found, now=NOW)
    if template == "follow-up":
        picks = [replace(pick, status="contacted", last_contact=(WRITTEN.date() - EPOCH).days)
                 for pick in load_list(workspace, "list").picks]  # fmt: skip
        write_picks(workspace, "list", picks, now=NOW)
    ids = [pick.account.account_id for pick in found.picks]
    contacts = [
        {"account_id": one, "email": f"{k}@reader.example", "lawful_basis": "consent"}
        for k, one in enumerate(ids)
    ]
    import_tables(workspace, {"contacts": pd.DataFrame(contacts)}, now=NOW)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "drafts.csv"
        export_list(
            workspace,
            "list",
            "mailmerge",
            path,
            now=NOW,
            template=template,
            settings=campaign_of(template),
            force=True,
        )
        rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines(keepends=True)))
    workspace.store.execute("delete from contacts")
    return [{**row, "Template": template} for row in rows]


def gathered(folder: Path, n: int) -> Iterator[tuple[Workspace, list[dict[str, str]]]]:
    """About `n` drafts: half from a simulated world in seven languages, half from the blogs."""
    run(["simulate", "-o", str(folder / "world"), "--accounts", "4000", "--seed", "11"])
    with open_workspace(folder / "w.duckdb") as workspace:
        import_files(workspace, [folder / "world"], now=NOW)
        for language, other in OTHERS.items():
            theirs = "select account_id as id from accounts where language = ? order by account_id"
            half = workspace.store.query(theirs, [language])["id"].to_pylist()[1::2]
            moved = "update accounts set language = ? where account_id in (select unnest(?))"
            workspace.store.execute(moved, [other, half])
        plan = [(asked, "en", n // 20) for asked in ENGLISH]
        plan += [
            (asked, language, max(n // 60, 1))
            for language in [*OTHERS, *OTHERS.values()]
            for asked in FOREIGN
        ]
        told = [drafts_of(workspace, asked, size, KINDS[at % len(KINDS)], language=(language,))
                for at, (asked, language, size) in enumerate(plan)]  # fmt: skip
        yield workspace, [row for rows in told for row in rows]
    with load(folder, "blogs.csv.gz") as workspace:
        rows = [row for at, one in enumerate(niches("test")[:8])
                for row in drafts_of(workspace, one["words"], n // 16, KINDS[at % len(KINDS)])]  # fmt: skip
        yield workspace, rows


def faults_of(row: Mapping[str, str], post: Mapping[str, Any] | None, language: str | None) -> list[str]:
    """What is wrong with a draft; empty where nothing is."""
    return [*_sentences(row, post), *_subject(row, post), *_language(row, language)]


def _sentences(row: Mapping[str, str], post: Mapping[str, Any] | None) -> list[str]:
    raw = (TEMPLATES / row["Language"] / f"{row['Template']}.txt").read_text("utf-8")
    fixed = _fixed(raw)
    told = _plain(" ".join(campaign_of(row["Template"]).values()) + " " + row["Disclosure"])
    faults = []
    for paragraph in filter(None, row["Body"].split("\n")):
        if row["Post"] and row["Post"] in paragraph:
            faults += _quote(row, paragraph, post)
            continue
        known = (
            CAMPAIGN["brand"],
            row["Account"],
            row["Company"],
            row["First Name"],
            *_days(row["Language"]),
        )
        rest = paragraph
        for name in filter(None, known):
            rest = rest.replace(name, "\n")
        parts = (_plain(part).strip(" ,:.") for part in re.split(r"(?<=[.!?])\s+|\n", rest))
        faults += [f"not of the template: {part}" for part in parts if part not in fixed and part not in told]
    return faults


def _days(language: str) -> tuple[str, ...]:
    """The day of the first mail, as it may be written."""
    month = MONTHS[language].split()[WRITTEN.month - 1]
    return tuple(
        f"{WRITTEN.day}{dot} {of}{month} {of}{WRITTEN.year}" for dot in ("", ".") for of in ("", "de ")
    )


def _fixed(raw: str) -> str:
    """The words of a template between its variables, once with the first and once with the last of each either-or."""
    either = r"\{%-? if [^%]*%\}(?P<yes>.*?)(?:\{%-? else -?%\}(?P<no>.*?))?\{%-? endif -?%\}"
    yes = re.sub(either, r"\g<yes>", raw, flags=re.S)
    texts = [yes, re.sub(either, lambda found: found["no"] or "", raw, flags=re.S)]
    texts.append(re.sub(either, lambda found: found["no"] or "", texts[1], flags=re.S))
    defaults = [re.sub(r'\{\{[^}]*default\("([^"]*)"\)[^}]*\}\}', r"\1", text) for text in texts]
    return " ".join(_plain(re.sub(r"\{\{.*?\}\}", "\n", text)) for text in (*texts, *defaults))


def _quote(row: Mapping[str, str], paragraph: str, post: Mapping[str, Any] | None) -> list[str]:
    if post is None:
        return [f"quotes a post that is not there: {row['Post ID']}"]
    text, quote = (re.sub(r"[\"“”„«»'‹›<>\s]+", " ", one).lower() for one in (post["text"], row["Post"]))
    faults = [] if quote.rstrip("… ").strip() in text else [f"the post does not say: {row['Post']}"]
    day = post["created_at"]
    if day is not None:
        month = MONTHS[row["Language"]].split()[day.month - 1]
        said = f"{month} {day.year}" in paragraph or f"{month} de {day.year}" in paragraph
        faults += (
            []
            if said and re.search(rf"\b{day.day}(er|\.)?\b", paragraph)
            else [f"another day than {day.date()}"]
        )
    return faults


def _subject(row: Mapping[str, str], post: Mapping[str, Any] | None) -> list[str]:
    subject = row["Subject"]
    if len(subject.replace(CAMPAIGN["brand"], "").strip(" :")) < 3:
        return ["empty subject"]
    faults = []
    for words in filter(None, row["Angle"].split(", ")):
        if words.lower() not in subject.lower():
            continue
        text = " ".join((post or {"text": ""})["text"].split()).lower()
        begin = words.lower() if " " in words else words.lower()[:4]
        places = [found.start() for found in re.finditer(re.escape(begin), text)]
        if not places:
            faults.append(f"the post does not have {words!r}")
        elif all(re.search(DENIED, text[:at]) for at in places):
            faults.append(f"the post denies {words!r}")
    if not any(
        part and part.lower() in subject.lower()
        for part in (*row["Angle"].split(", "), row["Company"], row["Account"], row["First Name"])
    ):
        faults.append("the subject names nothing of the account")
    return faults


def _language(row: Mapping[str, str], language: str | None) -> list[str]:
    told = language if language in MONTHS else None
    faults = [f"{row['Language']} to an account in {told}"] if told and told != row["Language"] else []
    ours = row["Body"].replace(row["Post"], " ") if row["Post"] else row["Body"]
    heard = py3langid.classify(ours)[0]
    return faults if heard == row["Language"] else [*faults, f"reads as {heard}, not {row['Language']}"]


def _plain(text: str) -> str:
    return " ".join(text.split())


@click.command()
@click.option("--n", default=200, show_default=True, help="About how many drafts.")
@click.option("--show", default=0, show_default=True, help="Print so many of them.")
def main(n: int, show: int) -> None:
    """Write the drafts, read them, and say what is wrong."""
    counted: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for workspace, rows in gathered(Path(folder), n):
            rows_of = workspace.store.query("select post_id, text, created_at from posts").to_pylist()
            posts = {post["post_id"]: post for post in rows_of}
            told = workspace.store.query("select platform, handle, language from accounts").to_pylist()
            languages = {one["handle"]: one["language"] for one in told}
            for at, row in enumerate(rows):
                counted[f"drafts, {row['Language']}, {row['Template']}"] += 1
                counted[f"with a post, {row['Language']}"] += bool(row["Post"])
                faults = faults_of(row, posts.get(row["Post ID"]), languages.get(row["Account"]))
                counted["faults"] += len(faults)
                for fault in faults:
                    click.echo(f"FAULT {row['Account']}: {fault}")
                if at % max(len(rows) * 2 // max(show, 1), 1) == 0 and show:
                    click.echo(
                        f"\n--- {row['Account']} ({row['Language']})\n{row['Subject']}\n\n{row['Body']}"
                    )
    for what in sorted(counted):
        click.echo(f"{counted[what]:>6}  {what}")
    click.echo(f"{sum(n for what, n in counted.items() if what.startswith('drafts')):>6}  drafts in all")


if __name__ == "__main__":
    main()
