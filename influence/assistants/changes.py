"""What an assistant may change: saved lists and suppression; each only says what it would do until it is confirmed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import Field

from influence.assistants import answers
from influence.assistants.asked import takes_question
from influence.assistants.tools import Handles, Limit
from influence.clock import now
from influence.session import Session

Confirm = Annotated[
    bool, Field(description="True does it; else only what would be done is told. Ask the user first.")
]


class Changes:
    """Tools that write to the workspace; none sends, forgets or imports.

    Parameters
    ----------
    session : Session
    """

    def __init__(self, session: Session) -> None:
        self.session = session

    def tools(self) -> list[Callable[..., answers.Done]]:
        """Every tool, by its name."""
        return [takes_question(self.save_shortlist), self.set_status, self.suppress]

    def save_shortlist(
        self, name: str, niche: str = "", size: Limit = 10, confirm: Confirm = False, **asked: Any
    ) -> answers.Done:
        """Keep the shortlist of a question under a name; what people wrote on a list of that name stays."""
        from influence.outreach.saving import save_shortlist
        from influence.selection.wishes import Wishes

        picks = self.session.shortlist(niche, wishes=Wishes(size=size), **asked)
        told = [f"{name}: {len(picks)} accounts", *(pick.account.account_id for pick in picks.picks)]
        if not confirm:
            return answers.Done(done=False, what=told)
        done = self.session.change(lambda workspace: save_shortlist(workspace, name, picks, now=now()))
        return answers.Done(
            done=True, what=[*told, f"{done.n_new} new, {done.n_kept} kept, {done.n_dropped} dropped"]
        )

    def set_status(
        self,
        list_name: str,
        accounts: Handles,
        status: str,
        notes: str | None = None,
        confirm: Confirm = False,
    ) -> answers.Done:
        """How far the talks are with accounts of a saved list: idea, contacted, replied, agreed, declined."""
        from influence.outreach.editing import Edit, apply_edit, on_list
        from influence.store.lists.saved import check_status, load_list

        edit = Edit(status=check_status(status), notes=notes)
        if not confirm:
            saved = self.session.ask(lambda workspace: load_list(workspace, list_name))
            known = self.session.ask(lambda workspace: [on_list(workspace, saved, one) for one in accounts])
            return answers.Done(done=False, what=[f"{one}: {edit.status}" for one in known])
        lines = self.session.change(
            lambda workspace: apply_edit(workspace, list_name, accounts, edit, now=now())
        )
        return answers.Done(done=True, what=lines)

    def suppress(self, targets: Handles, reason: str = "asked", confirm: Confirm = False) -> answers.Done:
        """Never list, contact or import these people again: handles, e-mail addresses or domains."""
        from influence.store.rights.privacy import suppress, things_of

        if not confirm:
            found = self.session.ask(
                lambda at: [thing for one in targets for thing in things_of(at.store, one)]
            )
            return answers.Done(done=False, what=[f"{kind} {value}" for kind, value in found])
        done = self.session.change(lambda workspace: suppress(workspace, targets, reason=reason, now=now()))
        return answers.Done(done=True, what=[f"{kind} {value}" for kind, value in done.things])
