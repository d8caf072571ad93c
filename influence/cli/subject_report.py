"""``influence subject-report``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from influence.cli.options import workspace_option
from influence.cli.output import deliver, output_options


@click.command("subject-report", epilog="Example: influence subject-report instagram:anna -o anna.txt")
@click.argument("target")
@workspace_option
@click.option("--niche", default="", help="Explain the score for this niche too.")
@output_options("text", "csv", "xlsx", "json", default="text")
def command(target: str, workspace: str, niche: str, format: str, output: str | None) -> None:
    """Say everything that is kept about TARGET (a handle or e-mail address), with source and date.

    The score is told in words, for every saved list that the person is on. What others did stays theirs: their names
    are left out.
    """
    from influence.outreach.words import subject_document, subject_text
    from influence.reporting.sheets import subject_sheets
    from influence.store.rights.subject import subject_data
    from influence.store.workspace import open_workspace
    from influence.writing.data_text import json_text

    with open_workspace(workspace, read_only=True) as opened:
        subject = subject_data(opened, target)
        scores = _scores(opened, subject, niche)
    texts = {
        "text": lambda: subject_text(subject, scores),
        "json": lambda: json_text(subject_document(subject, scores)),
    }
    deliver(format, output, lambda: subject_sheets(subject, scores), texts)


def _scores(workspace: Any, subject: Any, niche: str) -> list[str]:
    from influence.errors import InfluenceError
    from influence.ranking.asking import question_from_settings, question_of
    from influence.ranking.explain import explain_question
    from influence.reporting.explain.explain_text import render_explanation
    from influence.store.lists.saved import load_list

    settings: dict[str, Mapping[str, Any] | None] = {}
    for row in subject.lists:
        saved = load_list(workspace, row["list_name"])
        settings[f"On the saved list {saved.name!r}:"] = saved.settings
    if niche or not settings:
        settings[f"For the niche {niche!r}:" if niche else "With no niche asked for:"] = None
    texts = []
    for account in subject.person.account_ids:
        for label, kept in settings.items():
            try:
                question = question_of(niche, top=0) if kept is None else question_from_settings(kept)
                told = render_explanation(explain_question(workspace, account, question), "text", width=100)
            except (InfluenceError, TypeError, ValueError) as error:
                told = f"{account} has no score here: {getattr(error, 'what', error)}."
            texts.append(f"{label}\n{told}")
    return texts
