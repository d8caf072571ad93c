"""What was learned and what it is worth, as text for people, as JSON, and as a profile."""

from __future__ import annotations

from influence.ranking.learn import OWN_SCALES, Learned, column_shares
from influence.ranking.marks import Mark
from influence.ranking.records import Records
from influence.reporting.ranking.words import heading
from influence.writing.data_text import json_text
from influence.writing.grid import grid
from influence.writing.plain import whole


def verdict_of(result: Learned) -> str:
    """Whether the learned weights are worth more than the preset, and no more than the data show."""
    gain = result.gain["preset"]
    if gain.low > 0:
        first = f"The learned weights tell people never seen apart better than the preset: {_gain(gain)}."
    elif gain.high < 0:
        first = f"The learned weights do worse than the preset on people never seen: {_gain(gain)}. Keep the preset."
    else:
        first = f"These pairs do not show that the learned weights are better than the preset: {_gain(gain)}."
    rest = (
        _scale_words(result.gain[OWN_SCALES]),
        _profile_words(result.profile_gain),
        _record_words(result.records),
    )
    return " ".join([first, *filter(None, rest)])


def _record_words(records: Records | None) -> str:
    """What the own record of people adds who were compared before; nothing where hardly anybody was."""
    if records is None:
        return ""
    of_them = f"Of people compared before ({whole(records.n_tested)} pairs held back)"
    told = f"AUC {_mark(records.figures)} by figures, {_gain(records.gain)} with their own record"
    used = "which chances use" if records.used else "which is not shown to be better and not used"
    return f"{of_them}: {told}, {used}."


def _scale_words(behind: Mark) -> str:
    """Whether scales of its own (each part bent at its thirds) are worth more than those declared."""
    ahead = Mark(-behind.value, -behind.high, -behind.low)
    if ahead.low > 0:
        return f"Scales of its own tell more than those declared, {_gain(ahead)}, and are used for chances."
    return f"Scales of its own are not shown to be better: {_gain(ahead)}."


def _profile_words(gain: Mark) -> str:
    if gain.low > 0:
        return f"Of that a profile, which weighs signals only, keeps {_gain(gain)}."
    return f"A profile, which weighs signals only, is not shown to be better than the preset: {_gain(gain)}."


def _gain(mark: Mark) -> str:
    return f"AUC {mark.value:+.3f} [{mark.low:+.3f}, {mark.high:+.3f}]"


def learned_text(result: Learned, width: int | None = None) -> str:
    """Verdict, AUC by method, and what the learned score is made of."""
    marks = [
        [name, _mark(mark), "" if name == "learned" else _mark(result.gain[name], "+")]
        for name, mark in result.auc.items()
    ]
    shares = [[_label(name), f"{share:+.0%}"] for name, share in column_shares(result.model, result.features)]
    weights = [[heading(name), f"{weight:.1f}%"] for name, weight in result.profile_weights.items()]
    parts = [
        verdict_of(result) + "\n",
        f"From {whole(result.n_pairs)} pairs ({result.source}) of {whole(result.n_people)} accounts; "
        f"{whole(result.n_tested)} pairs tested on accounts that were in no training pair.\n",
        grid(["Method", "AUC (95%)", "Learned is ahead by"], marks, width=width),
        grid(["Learned score: part", "Share"], shares, width=width),
        grid(["Profile: signal", "Weight"], weights, width=width),
        *(f"{note}\n" for note in result.notes),
    ]
    return "\n".join(parts)


def _label(name: str) -> str:
    return name if name.startswith("log ") else heading(name)


def _mark(mark: Mark, sign: str = "") -> str:
    return f"{mark.value:{sign}.3f} [{mark.low:{sign}.3f}, {mark.high:{sign}.3f}]"


def learned_json(result: Learned) -> str:
    """``verdict``, ``auc``, ``gain``, weights of the model and of the profile."""
    return json_text(
        {
            "verdict": verdict_of(result),
            "source": result.source,
            "goal": result.question.goal,
            "settings_hash": result.question.hash(),
            "n_pairs": result.n_pairs,
            "n_tested": result.n_tested,
            "n_people": result.n_people,
            "auc": result.auc,
            "gain": result.gain,
            "profile_gain": result.profile_gain,
            "compared_before": _records_json(result.records),
            "weights": dict(zip(result.model.names, result.model.weights.tolist(), strict=True)),
            "shares": dict(column_shares(result.model, result.features)),
            "penalty": result.model.penalty,
            "profile_weights": result.profile_weights,
            "notes": result.notes,
        }
    )


def _records_json(records: Records | None) -> dict[str, object] | None:
    if records is None:
        return None
    told = ("figures", "own", "gain", "n_tested", "used")
    return {name: getattr(records, name) for name in told}


def learned_profile(result: Learned) -> str:
    """A TOML profile with the weights of the signals, what they are worth written above them."""
    from influence.settings import Profile, dump_profile

    profile = Profile(goal=result.question.goal, weights=result.profile_weights)
    about = [
        f"Learned from {result.n_pairs} pairs ({result.source}) of {result.n_people} accounts.",
        f"On accounts never seen, over the preset: {_gain(result.profile_gain)}.",
    ]
    return "".join(f"# {line}\n" for line in about) + dump_profile(profile)
