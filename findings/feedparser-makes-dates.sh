#!/bin/bash
# feedparser: a date that is none becomes a day
#
# Version: feedparser==6.0.14
# Guessed: published_parsed is None for what is no date, as for any text it cannot read, and the zone CET is one
#   hour from UTC.
# Is: the zeros of an empty database field are a day in the year -1, seconds since 1970 are the year 1775, 30
#   February is 2 March, and a zone outside the American ones is read as UTC without a word. 31 June in the long
#   form is None.
# Where users meet it: the age of posts, activity and half-lives; home-made blogs write dates like these.
# The product: takes no date before 1990 as one, so the first two are unknown; 30 February and a wrong zone pass.
# Output seen:
#   0000-00-00 00:00:00            -> (-1, 11, 30, 0)
#   1775037600                     -> (1775, 2, 6, 0)
#   2026-02-30T10:00:00Z           -> (2026, 3, 2, 10)
#   Wed, 01 Apr 2026 10:00:00 CET  -> (2026, 4, 1, 10)
#   Wed, 01 Apr 2026 10:00:00 EST  -> (2026, 4, 1, 15)
#   Tue, 31 Jun 2026 10:00:00 GMT  -> None
# By hand, never in CI. Exits non-zero when this changes; leaves nothing behind.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check "feedparser==6.0.14"
"$folder/env/bin/python" - "$folder" <<'PYTHON'
import feedparser

FEED = "<rss version='2.0'><channel><title>b</title><item><title>p</title><pubDate>{}</pubDate></item></channel></rss>"
expected = {
    "0000-00-00 00:00:00": (-1, 11, 30, 0),
    "1775037600": (1775, 2, 6, 0),
    "2026-02-30T10:00:00Z": (2026, 3, 2, 10),
    "Wed, 01 Apr 2026 10:00:00 CET": (2026, 4, 1, 10),
    "Wed, 01 Apr 2026 10:00:00 EST": (2026, 4, 1, 15),
    "Tue, 31 Jun 2026 10:00:00 GMT": None,
}
seen = {}
for text in expected:
    day = feedparser.parse(FEED.format(text)).entries[0].published_parsed
    seen[text] = tuple(day)[:4] if day else None
    print(f"{text:30} -> {seen[text]}")
raise SystemExit(0 if seen == expected else "this has changed")
PYTHON
