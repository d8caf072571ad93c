"""Dates of feeds: zone names count, impossible days are unknown."""

from __future__ import annotations

from datetime import datetime

import pytest

from influence.networks.feeds import feed_date, read_feed
from influence.networks.kept import Reply

RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>x</title><item><title>a</title>
<link>https://a.example/1</link><pubDate>{said}</pubDate></item></channel></rss>"""


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Tue, 06 Apr 2021 10:00:00 +0200", datetime(2021, 4, 6, 8)),
        ("Tue, 06 Apr 2021 10:00:00 CET", datetime(2021, 4, 6, 9)),
        ("Tue, 06 Apr 2021 00:30:00 CEST", datetime(2021, 4, 5, 22, 30)),
        ("Tue, 06 Apr 2021 10:00:00 EST", datetime(2021, 4, 6, 15)),
        ("Tue, 06 Apr 2021 10:00:00 +0200 (CET)", datetime(2021, 4, 6, 8)),
        ("6 Apr 2021 10:00:00 GMT", datetime(2021, 4, 6, 10)),
        ("Tue, 06 Apr 2021 10:00:00 IST", datetime(2021, 4, 6, 10)),
        ("2021-04-06T10:00:00+02:00", datetime(2021, 4, 6, 8)),
        ("2021-04-06T10:00:00Z", datetime(2021, 4, 6, 10)),
        ("2021-04-06 10:00:00 +0200", datetime(2021, 4, 6, 8)),
        ("2021-04-06 10:00 CEST", datetime(2021, 4, 6, 8)),
        ("2021-04-06T10:00:00.123-03:30", datetime(2021, 4, 6, 13, 30)),
        ("2004년 05월 25일 오후 11:23:17", None),
        ("2021-04-06", datetime(2021, 4, 6)),
        ("Tue, 30 Feb 2021 10:00:00 GMT", None),
        ("2021-02-30T10:00:00Z", None),
        ("2021-13-01", None),
        ("Tue, 06 Apr 2021 25:00:00 GMT", None),
        ("0000-00-00", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("soon", None),
        ("", None),
    ],
)
def test_a_date_is_what_its_writer_meant_or_unknown(said: str, meant: datetime | None) -> None:
    feed = read_feed(Reply("https://a.example/", status=200, body=RSS.format(said=said).encode()))
    assert feed is not None
    assert feed.entries[0].published == meant
    assert feed_date(said) == meant
