"""Small files are read as the importer reads files."""

from __future__ import annotations

import pytest

from influence.errors import SourceError
from influence.selection.costs import read_card
from influence.sources.small import read_lines, read_rows


@pytest.mark.parametrize(
    ("content", "quotes"),
    [
        ('account,cost\nanna,"99,50"\nben,"1.200"\n', {"anna": 99.5, "ben": 1200.0}),
        ("Konto;Preis\n@anna;99,50\nben;1.200,00\n", {"anna": 99.5, "ben": 1200.0}),
        ('account,cost\nanna,"1,200.50"\n', {"anna": 1200.5}),
        ("account;cost\nanna;€ 45,-\nben;1.200,- EUR\n", {"anna": 45.0, "ben": 1200.0}),
    ],
)
def test_prices_are_read_as_the_importer_reads_numbers(tmp_path, content, quotes):
    path = tmp_path / "card.csv"
    path.write_text(content, encoding="utf-8")
    assert read_card(path).quotes == quotes


def test_lines_in_latin_1_are_no_traceback(tmp_path):
    path = tmp_path / "names.txt"
    path.write_bytes("# whom\nanna_m\xfcller\n\nben\n".encode("latin-1"))
    assert read_lines(path) == ["anna_müller", "ben"]


def test_a_missing_column_is_named(tmp_path):
    path = tmp_path / "card.csv"
    path.write_text("colour,shade\nred,dark\n")
    with pytest.raises(SourceError, match="no column cost"):
        read_rows(path, {"cost": ("cost", "price")})
