"""Pictures of every page of the app over the sample world, for eyes and for docs/pictures.

    python tools/screenshots.py FOLDER [NAME ...]   every page or these, 1280 and 390 px wide, light and dark
    python tools/screenshots.py --docs              the few that docs/app.md shows

Synthetic data only. Needs the extra `browser` and Debian's Chromium.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from playwright.sync_api import sync_playwright

from influence.demonstration import samples_folder
from influence.store.importing.transaction import import_files
from influence.store.workspace import open_workspace

DOCS = Path(__file__).parents[1] / "docs" / "pictures"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
]
NICHE = "niche=vegan+baking&max_followers=20000"
BRIEF = quote("Vegan baking bloggers, 2k to 30k followers, posting weekly.")
PLAN = (
    "voices=20&followers=60000&unique_audience=45000&order_value=60&market_size=200000&budget_programme=1500"
    "&budget_staff=600&cost_per_voice=40"
)
PAGES = {
    "start": "",
    "rank": f"?{NICHE}",
    "sliders": f"?{NICHE}&w.reach=9",
    "brief": f"?brief={BRIEF}&use=min_followers&use=max_followers",
    "people": "people?q=bak",
    "mentions": "mentions?brand=Tavilo",
    "labels": "labels?brand=Tavilo",
    "compare": "compare",
    "bring": "bring",
    "lists": "lists",
    "board": "lists/spring",
    "letters": "lists/spring/letters",
    "desk": "lists/spring/desk",
    "check": "lists/spring/check?country=GB&giving=gift",
    "map": f"map?{NICHE}",
    "filters": f"?{NICHE}&contacted=no&kind=blog&kind=person&posted_within=90&show=country&show=last_post",
    "queue": "queue?brand=Tavilo&by=Kim",
    "market": "market?brand=Tavilo&niche=vegan+baking",
    "channels": "channels",
    "listen": "heard/listen?brand=Tavilo",
    "watch": "heard/watch?brand=Tavilo",
    "communities": "heard/communities?brand=Tavilo",
    "results": "results",
    "result": "results?campaign=spring-kit",
    "rewards": "incentives?advocate=10&friend=10&advocates=2000&margin=35",
    "refused": "incentives?advocate=10&friend=10&advocates=200&margin=35&condition=a+positive+review",
    "empty": "?niche=vegan+baking&country=XX",
    "no-plan": "plan",
    "spread": "spread",
    "advocates": "advocates?brand=Tavilo",
    "plan": f"plan?{PLAN}",
    "rights": "rights",
    "missing": "nowhere",
}
SHOWN = ("rank", "account", "columns", "board", "plan", "desk", "queue")
"""Pages of docs/app.md."""


@contextmanager
def app(folder: Path) -> Iterator[str]:
    """The app as a user starts it, over the sample world; its address."""
    file = folder / "campaign.duckdb"
    with open_workspace(file) as workspace:
        import_files(workspace, [samples_folder("world")])
    command = [sys.executable, "-m", "influence", "app", "-w", str(file), "--no-browser"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        found = re.search(r"http://\S+", server.stderr.readline())
        assert found
        try:
            yield found[0]
        finally:
            server.send_signal(2)


def prepared(window: Any, address: str) -> dict[str, str]:
    """Log in, keep a list on which talks began, bring a file; addresses of all pages by name."""
    window.goto(address)
    host = re.match(r"http://[^/]+", address)
    assert host
    root = host[0]
    window.goto(f"{root}/?{NICHE}")
    account = window.locator("td.who a").nth(1).get_attribute("href")
    window.locator("#name").fill("spring")
    window.locator("#size").fill("8")
    window.get_by_role("button", name="Keep shortlist").click()
    window.wait_for_selector(".board article")
    for _ in range(2):
        window.locator("button[value=later]:enabled").first.click()
        window.wait_for_load_state()
    _at_work(window, f"{root}/lists/spring/desk")
    window.goto(f"{root}/bring")
    rows = b"username,followers,blurb,colour\nanna,100,vegan baking,red\nben,many,meat pies,blue\n"
    window.locator("#files").set_input_files({"name": "export.csv", "mimeType": "text/csv", "buffer": rows})
    window.get_by_role("button", name="Look at them").click()
    window.wait_for_selector("select")
    own = {"account": f"{root}{account}&brand=Tavilo&list=spring", "columns": window.url}
    return {**{name: f"{root}/{path}" for name, path in PAGES.items()}, **own}


def _at_work(window: Any, desk: str) -> None:
    """Terms, something due and a refusal on the desk of the list."""
    fills = (
        ("Terms", {"price": "250", "currency": "EUR", "product": "a box of oats"}, "terms"),
        ("Agreed and due", {"what": "reel", "due": "2025-07-20"}, "due"),
        ("Sign-off", {"party": "client", "reason": "works for a rival"}, "sign"),
    )
    for row, (what, fields, do) in enumerate(fills):
        window.goto(desk)
        form = window.locator("details", has_text=what).nth(row)
        form.locator("summary").click()
        for name, value in fields.items():
            form.locator(f"[name={name}]").fill(value)
        if do == "sign":
            form.locator("[name=verdict]").select_option("refused")
        form.locator(f"button[value={do}]").click()
        window.wait_for_load_state()


def main(target: str, *names: str) -> None:
    """Take the pictures."""
    docs = target == "--docs"
    wanted = names or (SHOWN if docs else ())
    out = DOCS if docs else Path(target)
    out.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as folder, app(Path(folder)) as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=FLAGS)
        context = browser.new_context()
        context.set_default_timeout(120_000)
        window = context.new_page()
        pages = prepared(window, address)
        for name, where in pages.items():
            if wanted and name not in wanted:
                continue
            window.goto(where)
            for width in (1000,) if docs else (1280, 390):
                for scheme in ("light",) if docs else ("light", "dark"):
                    window.set_viewport_size({"width": width, "height": 620 if docs else 900})
                    window.emulate_media(color_scheme=scheme)
                    file = out / (f"{name}.png" if docs else f"{name}-{width}-{scheme}.png")
                    window.screenshot(path=str(file))
                    wide = window.evaluate("document.documentElement.scrollWidth")
                    print(
                        f"{file.name} {file.stat().st_size // 1000} kB{' RUNS OFF' if wide > width else ''}"
                    )
        browser.close()


if __name__ == "__main__":
    main(*(sys.argv[1:] or ["--docs"]))
