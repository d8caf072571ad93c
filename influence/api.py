"""Public functions that put rooms together as the command of their name does; `influence` exports them.

Those that one room answers alone (`rank`, `explain`, `compare`, `stability`, `backtest`, `learn` ...) live there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from influence.planning.advocates import find_advocates
from influence.planning.brief import read_brief
from influence.planning.business_case import Plan, make_plan
from influence.planning.incentives import Assumptions, Programme, Reward, compare_sides
from influence.planning.track import Tracking
from influence.planning.track import track as track_store
from influence.question import QuestionWords
from influence.ranking.asking import question_of
from influence.ranking.assess import Assessment, assess
from influence.reporting.report.campaign import campaign_of
from influence.reporting.report.page import write_report
from influence.selection.sets import shortlist_set
from influence.selection.wishes import Wishes
from influence.text.mentions import Mentions, find_mentions, require_texts

if TYPE_CHECKING:
    from influence.selection.costs import RateCard
    from influence.selection.shortlist import Shortlist
    from influence.store.workspace import Workspace
    from influence.text.sentiment.score import Sentiment

advocates = find_advocates


def shortlist(
    workspace: Workspace,
    niche: str = "",
    *,
    wishes: Wishes | None = None,
    card: RateCard | None = None,
    **asked: Unpack[QuestionWords],
) -> Shortlist:
    """Whom to write to: a set where one is asked for or worth it, else the best by score.

    Parameters
    ----------
    workspace : Workspace
    niche : str
    wishes : Wishes, optional
        Size (30 if not told), budget, quotas, must-haves, never, largest overlap. Any wish but the size asks for a set.
    card : RateCard, optional
        Prices; without it costs are guesses and called so.
    **asked
        As for `influence.rank`.

    Returns
    -------
    Shortlist

    Raises
    ------
    NicheError, MissingDataError, UsageError
        As `influence.rank`; or wishes that nobody can fulfil.

    Examples
    --------
    >>> import influence
    >>> picks = influence.shortlist(workspace, "sourdough bread", wishes=influence.Wishes(size=2))
    >>> [pick.account.handle for pick in picks]
    ['amy.example', 'ben.example']
    """
    return _picked(workspace, niche, wishes or Wishes(), card, asked)[1]


def mentions(
    workspace: Workspace,
    brand: str,
    *,
    aliases: Sequence[str] = (),
    rivals: Sequence[str] = (),
    as_of_day: int | None = None,
    model: Sentiment | None = None,
) -> Mentions:
    """Who names a brand, and how do they feel about it?

    Parameters
    ----------
    workspace : Workspace
    brand : str
        As people write it.
    aliases, rivals : sequence of str
        Other names of it, and other brands.
    as_of_day : int, optional
        Days since 1970-01-01 at whose beginning texts must have been there.
    model : Sentiment, optional
        One of your own in place of the one that ships.

    Returns
    -------
    Mentions
        One row a text that names the brand, with three probabilities; None where the language is not read.

    Raises
    ------
    MissingDataError
        The workspace holds no texts.

    Examples
    --------
    >>> import influence
    >>> found = influence.mentions(workspace, "Acme")
    >>> found.rows[0].account_id, found.rows[0].p_positive > 0.5
    ('web:amy.example', True)
    """
    require_texts(workspace.store)
    return find_mentions(workspace.store, brand, aliases, rivals, as_of_day, model=model)


def incentives(reward: Reward, assumptions: Assumptions) -> tuple[Programme, ...]:
    """Is the same money better given to the advocate, to the friend, or to both? Most profitable first.

    Parameters
    ----------
    reward : Reward
        Money for either side, and on what it depends; never on what is said (16 CFR 465.4).
    assumptions : Assumptions
        Rates and values; every default cites its source.

    Raises
    ------
    SentimentConditionError
        The reward depends on what people say.

    Returns
    -------
    tuple of Programme
        No reward, the advocate's, the friend's, both.

    Examples
    --------
    >>> import influence
    >>> from influence.planning.incentives import Assumptions, Reward
    >>> found = influence.incentives(Reward(10, 10), Assumptions(advocates=100, customer_margin=60))
    >>> [programme.name for programme in found]
    ['both sides', 'no reward', 'advocate only', 'friend only']
    """
    return compare_sides(reward, assumptions)


def plan(brief: str | Path, workspace: Workspace | None = None) -> Plan:
    """Budget, funnel, break-even and return by scenario of a campaign.

    Parameters
    ----------
    brief : path
        A brief (TOML), as `influence plan --new` writes one.
    workspace : Workspace, optional
        Where the list that the brief names is looked up.

    Returns
    -------
    Plan
        Lines of three scenarios, break-even, what matters most.

    Raises
    ------
    BriefError, UsageError
        The brief cannot be read, or a list is named and no workspace given.

    Examples
    --------
    >>> import influence
    >>> influence.plan("brief.toml", workspace)  # doctest: +SKIP
    """
    return make_plan(read_brief(brief, workspace))


def track(
    workspace: Workspace,
    campaign: str | None = None,
    *,
    targets: Mapping[str, float] | None = None,
    benchmark: str | None = None,
    as_of: str | None = None,
    until: str | None = None,
    seed: int = 0,
) -> Tracking:
    """Where does a campaign stand against its targets? Takes what `influence.planning.track.track` takes.

    Parameters
    ----------
    workspace : Workspace
    campaign : str, optional
        Needed where the outcomes hold several.
    targets, benchmark, as_of, until, seed
        As there.

    Returns
    -------
    Tracking
        Figures by person and in all, against targets, to the end by three ways.

    Raises
    ------
    MissingDataError
        There are no outcomes, or none of this campaign.

    Examples
    --------
    >>> import influence
    >>> influence.track(workspace, "spring").kpis[0].key
    'cost'
    """
    return track_store(
        workspace.store, campaign, targets=targets, benchmark=benchmark, as_of=as_of, until=until, seed=seed
    )


def report(
    workspace: Workspace,
    path: str | Path,
    niche: str = "",
    *,
    wishes: Wishes | None = None,
    card: RateCard | None = None,
    **asked: Unpack[QuestionWords],
) -> Path:
    """Write the client's page: the picks of `shortlist` with reasons, evidence, charts and what is not known.

    Parameters
    ----------
    workspace : Workspace
    path : path
        A file ``.html``; written whole or not at all.
    niche, wishes, card, **asked
        As for `shortlist`.

    Returns
    -------
    Path

    Raises
    ------
    OutputError
        The file cannot be written there; and as `shortlist`.

    Examples
    --------
    >>> import influence
    >>> influence.report(workspace, "page.html", "sourdough bread").name
    'page.html'
    """
    found, picks = _picked(workspace, niche, wishes or Wishes(), card, asked)
    return write_report(campaign_of(found, picks), path)


def _picked(
    workspace: Workspace, niche: str, wishes: Wishes, card: RateCard | None, asked: Mapping[str, Any]
) -> tuple[Assessment, Shortlist]:
    found = assess(workspace, question_of(niche, **{"top": wishes.size, **asked}))
    return found, shortlist_set(workspace, found, wishes, card=card, least_gain=wishes.least_gain)
