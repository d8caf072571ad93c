"""The page about the signals speaks of all of them as they are declared."""

from __future__ import annotations

from pathlib import Path

from influence.settings import KEYS
from influence.signals.quality.suspicion import SUSPICIONS
from influence.signals.registry import SIGNALS

PAGE = " ".join((Path(__file__).parents[2] / "docs" / "signals.md").read_text("utf-8").split())


def test_every_signal_has_its_question_and_unit_on_the_page() -> None:
    for signal in SIGNALS:
        assert f"## {signal.name} " in PAGE
        assert signal.question in PAGE
        assert signal.unit in PAGE


def test_every_suspicion_figure_and_profile_key_is_on_the_page() -> None:
    for name, curves in SUSPICIONS.items():
        assert name in PAGE
        assert all(key in PAGE for key in curves), name
    assert all(key in PAGE for key in KEYS)
