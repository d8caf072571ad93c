"""Numbers and dates as people write them; columns by what they hold."""

from __future__ import annotations

from datetime import datetime

import pytest

from influence.recognition.dates import date_order, parse_moment
from influence.recognition.numbers import decimal_habit, read_number
from influence.recognition.values import profile_of


@pytest.mark.parametrize(
    ("text", "comma", "value"),
    [
        ("1.234,5", None, 1234.5), ("2.100", True, 2100.0), ("1,2 Mio.", None, 1_200_000), ("12,3 mil", None, 12300),
        ("3.4万", None, 34000), ("10.4M+", None, 10_400_000), ("~3k", None, 3000), ("14.3k followers", None, 14300),
        ("475.8m", None, 475_800_000), ("1 234 567", None, 1_234_567), ("12'500", None, 12500), ("€1,250", None, 1250),
        ("12,34,567", None, 1_234_567), ("4.2%", None, 0.042), ("12.345", None, None), ("1,2,3", None, None),
        ("1_000", None, None), ("abc", None, None), ("2024-01-01", None, None), ("-5", None, -5),
        ("12,3 B", None, 12_300), ("8 B", True, 8000), ("1.2B", None, 1.2e9), ("12.3 B", False, 12.3e9),
        ("%4,2", None, 0.042),
        ("3,5", None, 3.5),
    ],
)  # fmt: skip
def test_a_number_as_people_write_it(text, comma, value):
    found = read_number(text, comma)
    assert found == (None if value is None else pytest.approx(value))


def test_the_column_decides_where_commas_stand():
    assert decimal_habit(["1.234,5", "2.100", "980,2"], whole=False) is True
    assert decimal_habit(["1,234.5", "2,100"], whole=False) is False
    assert decimal_habit(["12.345", "9.100"], whole=True) is True
    assert decimal_habit(["12.345"], whole=True) is None
    assert decimal_habit(["12.345"], whole=True, hint=True) is True
    assert decimal_habit(["1,5", "2.5"], whole=False) is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Tue, 06 Apr 2021 10:00:00 +0200", datetime(2021, 4, 6, 8)), ("22-Sep-21", datetime(2021, 9, 22)),
        ("Sep 22, 2021, 10:05:32 AM UTC", datetime(2021, 9, 22, 10, 5, 32)),
        ("20210922T100532Z", datetime(2021, 9, 22, 10, 5, 32)), ("18/02/2025", datetime(2025, 2, 18)),
        ("3 de mayo de 2024", datetime(2024, 5, 3)), ("1. März 2024, 14:05", datetime(2024, 3, 1, 14, 5)),
        ("12 października 2023", datetime(2023, 10, 12)), ("5 Oca 2024", datetime(2024, 1, 5)),
        ("2024年5月1日", datetime(2024, 5, 1)), ("Thu Nov 03 08:50:26 +0000 2022", datetime(2022, 11, 3, 8, 50, 26)),
        ("2024-05-01 09:00:00 EDT", datetime(2024, 5, 1, 13)), ("03/04/2024", None), ("31/02/2024", None),
        ("1/2/2024 25:00", None), ("2024-05-01 10:00 +99:99", None), ("hello 2024", None),
    ],
)  # fmt: skip
def test_a_date_as_people_write_it(text, moment):
    assert parse_moment(text, "ymd" if text.startswith("2024-") else None) == moment


def test_the_column_decides_which_number_is_the_month():
    assert date_order(["03/04/2024", "18/02/2024"]) == "dmy"
    assert date_order(["03/04/2024", "02/18/2024"]) == "mdy"
    assert date_order(["03/04/2024", "01/02/2024"]) is None
    assert date_order(["18/02/2024", "02/18/2024"]) is None
    assert date_order(["03.04.2024"]) == "dmy"
    assert date_order(["03.04.2024", "03/05/2024", "7 May 2024"]) == "dmy"
    assert date_order(["03.04.2024", "02/18/2024"]) is None
    assert parse_moment("03.04.2024") == datetime(2024, 4, 3)
    assert parse_moment("03/04/2024") is None


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (["https://www.instagram.com/oven_amy/?igsh=x", "https://x.com/dan"], "profile address"),
        (["anna", "ben_k"], "handle"), (["12,345", "3.4k"], "number"), (["2024-01-02", "18/02/2025"], "date"),
        (["a@b.co", "DM only", "c@d.org"], "mostly e-mail"),
        (["Oat loaf today is good", "Rye loaf again, why not"], "long text"),
        (["", None, "n/a"], "empty"),
    ],
)  # fmt: skip
def test_a_column_is_told_by_its_values(values, words):
    assert profile_of(values).in_words() == words
