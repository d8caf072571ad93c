#!/bin/bash
# fastfeedparser: the number of a post becomes its date
#
# Version: fastfeedparser==0.6.5
# Guessed: an entry without a usable date has none.
# Is: where the date is missing, a guid that is a plain number is read as a year, with the month and day on which
#   it is run: post 1204 was published in 1204, post 2019 in 2019, on today's day. And 03/04/2026 is the third of
#   April nowhere: it is 4 March.
# Where users meet it: a faster parser for thousands of blogs: many systems number posts; a post of unknown age
#   looks dated, and the date moves from day to day.
# The product: stays with feedparser for RSS and Atom.
# Output seen:
#   guid 1204                                      -> the year of that number, today's day
#   guid 2019                                      -> the year of that number, today's day
#   guid post-2019                                 -> None
#   guid a          <pubDate>03/04/2026</pubDate>  -> 2026-03-04
# By hand, never in CI. Exits non-zero when this changes; leaves nothing behind.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check "fastfeedparser==0.6.5"
"$folder/env/bin/python" - "$folder" <<'PYTHON'
from datetime import date

import fastfeedparser

FEED = ("<rss version='2.0'><channel><title>b</title><item><title>p</title><link>https://blog.example/p</link>"
        "<guid isPermaLink='false'>{}</guid>{}</item></channel></rss>")
today = date.today()
cases = {("1204", ""): f"1204-{today:%m-%d}", ("2019", ""): f"2019-{today:%m-%d}", ("post-2019", ""): None,
         ("a", "<pubDate>03/04/2026</pubDate>"): "2026-03-04"}
seen = {}
for case in cases:
    day = fastfeedparser.parse(FEED.format(*case)).entries[0].get("published")
    seen[case] = day and day[:10]
    shown = "the year of that number, today's day" if seen[case] and today.strftime("%m-%d") in seen[case] else seen[case]
    print(f"guid {case[0]:10} {case[1]:30} -> {shown}")
raise SystemExit(0 if seen == cases else "this has changed")
PYTHON
