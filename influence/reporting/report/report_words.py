"""Every sentence of the report that is not in `words`, `reasons` or `set_words`."""

from __future__ import annotations

from influence.ranking.naming import brief_title, niche_words
from influence.ranking.results import Ranking
from influence.reporting.ranking.columns import has_intervals
from influence.reporting.ranking.set_words import audience_words, share_reached
from influence.reporting.ranking.words import (
    as_of_words,
    heading,
    is_synthetic,
    is_unspoken,
    uncertainty_of,
    weights_words,
)
from influence.reporting.report.campaign import Campaign
from influence.selection.explaining import BY_SCORE
from influence.text.notes import NOBODY
from influence.writing.plain import counted, decimal, listed, long_day, percent, whole
from influence.writing.safe import one_line


def title(campaign: Campaign) -> str:
    """The heading of the page."""
    n = counted(len(campaign.rows), "account")
    niche = campaign.ranking.niche
    if niche and not niche.keywords and (headline := brief_title(niche.brief)):
        return f"{headline}: {n}"
    near = "nearest to" if is_unspoken(campaign.ranking) else "for"
    return f"{n} {near} {niche_words(niche)}" if niche else f"{n} to write to"


def subtitle(campaign: Campaign) -> str:
    """What kind of page, from how many, as of when."""
    ranking = campaign.ranking
    made_up = " Synthetic data: these accounts do not exist." if is_synthetic(ranking) else ""
    if is_unspoken(ranking):
        made_up = f" {NOBODY}; these come nearest.{made_up}"
    chosen = f"Shortlist from {counted(ranking.n_candidates, 'account')}, {as_of_words(ranking.provenance)}."
    return chosen + made_up


def tiles(campaign: Campaign) -> list[tuple[str, str]]:
    """Key figures: value and what it is."""
    plan, told = campaign.plan, [(whole(len(campaign.rows)), "accounts")]
    words = audience_words(plan)
    if plan.unit in ("people", "readers"):
        told.append(
            (whole(plan.reached), f"{words.one if round(plan.reached) == 1 else words.what}, each once")
        )
    if plan.unit != "nothing":
        told.append((percent(share_reached(plan)), words.out_of))
    if plan.tells_money:
        all_guessed = plan.n_guessed == len(plan.picks)
        note = ", guessed by tier" if all_guessed else ", partly guessed" if plan.n_guessed else ""
        told.append((f"{whole(plan.cost)} {plan.currency}".strip(), f"cost{note}"))
    gain = plan.gain_over(BY_SCORE)
    if gain is not None and gain >= 0.005 and plan.unit in ("people", "readers"):
        price = " for the same money" if plan.tells_money else ""
        told.append((f"+{percent(gain)}", f"more than the best by score{price}"))
    return told


def brief_pairs(campaign: Campaign) -> list[tuple[str, str]]:
    """What was asked for, as (label, value)."""
    ranking, wishes = campaign.ranking, campaign.plan.wishes
    niche = ranking.niche
    pairs = [
        ("Niche", niche.keywords),
        ("Brief", brief_title(niche.brief) or ("in words" if niche.brief else "")),
    ]
    pairs.append(("Examples", ", ".join(account.partition(":")[2] or account for account in niche.like)))
    pairs.append(("Goal", ranking.goal))
    filters = ranking.provenance.settings.get("filters")
    if isinstance(filters, dict):
        pairs += [(name.replace("_", " ").capitalize(), _value(value)) for name, value in filters.items()]
    pairs.append(("Accounts wanted", f"at most {whole(wishes.size)}"))
    if wishes.budget is not None:
        pairs.append(("Budget", f"{whole(wishes.budget)} {campaign.plan.currency}".strip()))
    pairs.append(("Quotas", ", ".join(str(quota) for quota in wishes.quotas)))
    pairs.append(("Must be on it", ", ".join(wishes.must)))
    pairs.append(("Never", ", ".join(wishes.never)))
    if wishes.max_overlap is not None:
        pairs.append(("Largest overlap", percent(wishes.max_overlap)))
    pairs.append(("Least score", decimal(wishes.min_score) if wishes.min_score else ""))
    return [(label, value) for label, value in pairs if value]


def _value(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(str(item) for item in value)
    return f"{value:,}" if isinstance(value, int) else str(value)


def method(campaign: Campaign) -> list[str]:
    """The method in five sentences."""
    return [
        _who(campaign),
        _score(campaign),
        _certainty(campaign.ranking),
        campaign.picks.rule,
        "Everything was computed on one machine from the data named below; nobody was contacted and nothing was sent.",
    ]


def _who(campaign: Campaign) -> str:
    ranking, read = campaign.ranking, campaign.plan.unit in ("people", "readers")
    looked = f"{counted(ranking.n_candidates, 'account')} that speak in the data"
    niche = ranking.niche
    if not niche:
        return f"All of {looked} were compared, for no niche in particular."
    if niche.keywords or niche.brief:
        by = "what they post and by who reads them" if read else "what they post"
        return f"Among {looked}, those of the niche were found by {by}."
    how = "the readers they share" if read else "what they write"
    return f"Among {looked}, those of the niche were found by their closeness to the examples: {how}."


def _score(campaign: Campaign) -> str:
    weights = weights_words(campaign.ranking.weights)
    less = [f"{heading(name).lower()} {percent(share)}" for name, share in campaign.reliability.items()]
    if less:
        weights += "; evidence that is weaker or scarce counts less, which is in these weights: "
        weights += f"{listed(less)} of its own"
    if campaign.gated:
        weights += "; what is not about the niche counts only as far as an account fits it"
    words = "Each has a score of 0 to 100" + (f", the sum of its parts ({weights})" if weights else "")
    if campaign.plan.unit in ("people", "readers"):
        return f"{words}; follower counts take no part in it and are shown to compare with."
    return f"{words}; few observations are drawn towards the average of similar accounts."


def _certainty(ranking: Ranking) -> str:
    if not has_intervals(ranking):
        return "Little evidence counts little: it is drawn towards the average of similar accounts."
    level = percent(uncertainty_of(ranking, "level", 0.9))
    return (
        f"Little evidence counts little; with {level} certainty an account would stand within the range of ranks "
        "beside it, had single posts been luckier or less lucky."
    )


def unknown_lines(campaign: Campaign) -> list[str]:
    """What is not known about the picks, beside the notes on the whole ranking."""
    rows, lines = campaign.rows, []
    for what, names in (
        ("followers", [row.handle for row in rows if row.followers is None]),
        ("posts", [row.handle for row in rows if not row.posts]),
    ):
        if names:
            few = len(names) <= 3
            who = listed(list(map(one_line, names))) if few else counted(len(names), "pick")
            lines.append(f"The {what} of {who} are not known.")
    doubted = sum(bool(row.notes) for row in rows)
    if doubted:
        lines.append(f"Something counts against {counted(doubted, 'pick')}; it is said beside each.")
    if campaign.plan.n_guessed:
        called = (
            "; costs called guesses are list prices by tier"
            if campaign.plan.tells_money
            else ", so no costs are named"
        )
        lines.append(f"What an account would ask for is not known until it is asked{called}.")
    return lines


def quote_source(day: str | None, likes: int | None, comments: int | None) -> str:
    """Where a quote comes from: its day and how it was received."""
    parts = [long_day(day)] if day else []
    parts += [counted(likes, "like")] if likes is not None else []
    parts += [counted(comments, "comment")] if comments is not None else []
    return ", ".join(parts)
