"""What people may ask of those who keep data about them: to be left alone, to know, to be erased."""

from __future__ import annotations

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from influence.app.site import Page, Site, text_in
from influence.clock import now


def suppress(site: Site, _: Request, form: FormData) -> Response:
    """Never list, contact or import somebody again."""
    from influence.store.rights.privacy import suppress

    account, reason = text_in(form, "account"), text_in(form, "reason", "asked")
    site.desk.change(lambda workspace: suppress(workspace, [account], reason=reason, now=now()))
    return RedirectResponse("/people", 303)


def rights(site: Site, request: Request, _: FormData) -> Response:
    """All that is kept about a person, and what erasing them would take away."""
    from influence.outreach.words import receipt_text, subject_text
    from influence.store.rights.privacy import forget
    from influence.store.rights.subject import subject_data

    target = request.query_params.get("who", "").strip()
    if not target:
        return site.show("rights.html", target="", report="", preview="")
    subject = site.desk.session.ask(lambda workspace: subject_data(workspace, target))
    preview = site.desk.change(lambda workspace: forget(workspace, target, dry_run=True))
    return site.show(
        "rights.html", target=target, report=subject_text(subject, ()), preview=receipt_text(preview)
    )


def erase(site: Site, _: Request, form: FormData) -> Response:
    """Erase a person from every table, list and cache; only salted hashes stay."""
    from influence.errors import UsageError
    from influence.outreach.words import receipt_text
    from influence.store.rights.privacy import forget

    target, typed = text_in(form, "who"), text_in(form, "again")
    if typed != target:
        raise UsageError(
            "the name was not typed again", seen=typed, expected=target, hint="nothing was erased"
        )
    also = tuple(part.strip() for part in text_in(form, "also").split(",") if part.strip())
    receipt = site.desk.change(lambda workspace: forget(workspace, target, also=also, now=now()))
    return site.show("erased.html", text=receipt_text(receipt))


PAGES: tuple[tuple[str, str, Page], ...] = (
    ("/suppress", "POST", suppress), ("/rights", "GET", rights), ("/rights", "POST", erase),
)  # fmt: skip
