#!/bin/bash
# feedparser: an author's address is cut after four letters of its ending
#
# Version: feedparser==6.0.14
# Guessed: `anna@studio.agency (Anna Berg)` gives the e-mail address anna@studio.agency and the name Anna Berg.
# Is: the last label is taken as two to four letters: the address becomes anna@studio.agen, and the rest is found
#   in the name, "cy (Anna Berg". .com, .info and .club are whole. Nothing tells that the address was cut.
# Where users meet it: contacts collected from feeds: creative people have .agency, .photography, .kitchen,
#   .online; a pitch goes to a domain that another may own.
# The product: takes no addresses from feeds; the author is read as the feed's own line.
# Output seen:
#   anna@studio.info        -> anna@studio.info   name: Anna Berg
#   anna@studio.agency      -> anna@studio.agen   name: cy (Anna Berg
#   anna@bake.kitchen       -> anna@bake.kitc     name: hen (Anna Berg
#   anna@shots.photography  -> anna@shots.phot    name: ography (Anna Berg
# By hand, never in CI. Exits non-zero when this changes; leaves nothing behind.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check "feedparser==6.0.14"
"$folder/env/bin/python" - "$folder" <<'PYTHON'
import feedparser

FEED = "<rss version='2.0'><channel><title>b</title><item><title>p</title><author>{}</author></item></channel></rss>"
seen = {}
for address in ("anna@studio.info", "anna@studio.agency", "anna@bake.kitchen", "anna@shots.photography"):
    author = feedparser.parse(FEED.format(f"{address} (Anna Berg)")).entries[0].author_detail
    seen[address] = (author.email, author.name)
    print(f"{address:23} -> {author.email:18} name: {author.name}")
expected = {
    "anna@studio.info": ("anna@studio.info", "Anna Berg"),
    "anna@studio.agency": ("anna@studio.agen", "cy (Anna Berg"),
    "anna@bake.kitchen": ("anna@bake.kitc", "hen (Anna Berg"),
    "anna@shots.photography": ("anna@shots.phot", "ography (Anna Berg"),
}
raise SystemExit(0 if seen == expected else "this has changed")
PYTHON
