"""What people may ask of those who keep data about them."""

from __future__ import annotations

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from influence.app.site import Page, Site
from influence.clock import now


def suppress(site: Site, _: Request, form: FormData) -> Response:
    """Never list, contact or import somebody again."""
    from influence.store.privacy import suppress

    account = str(form.get("account") or "")
    reason = str(form.get("reason") or "asked")
    site.desk.change(lambda workspace: suppress(workspace, [account], reason=reason, now=now()))
    return RedirectResponse("/people", 303)


PAGES: tuple[tuple[str, str, Page], ...] = (("/suppress", "POST", suppress),)
