"""Text in other alphabets, bytes that fit no encoding, and codecs in which nobody writes files."""

from __future__ import annotations

from pathlib import Path

import pytest

from influence.errors import SourceError
from influence.sources import delimited, encoding
from influence.sources.base import ReadOptions
from influence.sources.encoding import recognise_encoding
from influence.sources.opening import open_sources

TEXTS = {
    "cp1251": "Пеку хлеб из овса каждый день и пишу об этом в своём блоге для всей семьи",
    "cp1250": "Piekę chleb żytni i gęśle na jaźń oraz źdźbło a także ciasta śliwkowe dla całej rodziny",
    "shift_jis": "毎日オーツ麦のパンを焼いて、家族のためにレシピを書いています。",
    "gbk": "我每天烤燕麦面包，并为全家人写食谱，欢迎关注我的频道。",
}


def _bios(path, options: ReadOptions | None = None) -> list[str]:
    (source,) = open_sources(path, options)
    return [bio for batch in source.batches() for bio in batch.rows.column("bio").to_pylist()]


@pytest.mark.parametrize("encoding", TEXTS)
def test_other_alphabets_are_read_and_said_to_be_a_guess(tmp_path, encoding):
    path = tmp_path / "accounts.csv"
    path.write_bytes(f"handle,bio\nanna,{TEXTS[encoding]}\nben,{TEXTS[encoding]}\n".encode(encoding))
    assert _bios(path) == [TEXTS[encoding]] * 2
    (source,) = open_sources(path)
    assert any("a guess" in note and TEXTS[encoding][:9] in note for note in source.notes)


@pytest.mark.parametrize(
    ("codec", "words"),
    [
        ("cp1250", "Łódź"), ("cp1250", "Kłos żytni"), ("cp1250", "Antonín Dvořák píše, že"), ("cp1250", "fűszer és őr"),
        ("cp1254", "İstanbul"), ("cp1254", "Ekşi mayalı ekmek"), ("gb18030", "美食博主"), ("gb18030", "我烤面包"),
        ("cp949", "매일 빵을 굽습니다"), ("cp1252", "Brød og kjøkken på øya"), ("cp1252", "Það er gott brauð í dag"),
        ("cp1252", "Õhtusöök ja pühad õunad"), ("cp1252", "Pão de ló e açaí, não põe"), ("cp1252", "20m² à l'œuf ½"),
    ],
)  # fmt: skip
def test_a_few_letters_of_another_alphabet_tell_it(tmp_path: Path, codec: str, words: str) -> None:
    path = tmp_path / "accounts.csv"
    path.write_bytes(("handle,bio\n" + "ben,rye\n" * 30_000 + f'anna,"{words}"\n').encode(codec))
    assert _bios(path)[-1] == words


def test_json_in_another_alphabet_is_said_to_be_a_guess(tmp_path):
    path = tmp_path / "accounts.jsonl"
    path.write_bytes(f'{{"handle": "anna", "bio": "{TEXTS["cp1251"]}"}}\n'.encode("cp1251") * 3)
    (source,) = open_sources(path)
    assert any("a guess" in note and "Пеку" in note for note in source.notes)


def test_western_text_stays_western(tmp_path):
    path = tmp_path / "accounts.csv"
    path.write_bytes(
        "handle,bio\nanna,Crème brûlée für Gäste, naïve señorita – 5 €\n".replace(", n", " n").encode(
            "cp1252"
        )
    )
    assert _bios(path) == ["Crème brûlée für Gäste naïve señorita – 5 €"]


def test_utf_16_told_needs_no_mark(tmp_path):
    path = tmp_path / "accounts.csv"
    path.write_bytes("handle,bio\nanna,x\n".encode("utf-16-le"))
    assert _bios(path, ReadOptions(encoding="utf-16")) == ["x"]


@pytest.mark.parametrize(
    "told", ["idna", "punycode", "undefined", "unicode_escape", "klingon", "rot13", "base64"]
)
def test_what_is_no_encoding_of_files_is_refused(tmp_path, told):
    path = tmp_path / "accounts.csv"
    path.write_bytes(b"handle\nanna\n")
    with pytest.raises(SourceError, match="no such encoding"):
        recognise_encoding(path, told)


def test_a_wrong_byte_in_the_header_or_in_a_ragged_row_costs_no_other_row(tmp_path):
    path = tmp_path / "accounts.csv"
    good = "annaé,ü\nüüü,é\n".encode()
    path.write_bytes(
        b"handle,bio,caf\xe9\n" + good.replace(b"\n", b",1\n") + b"b\xe9n,6,7,8\nb\xe9n,6,7\ncleo,7,1\n"
    )
    (source,) = open_sources(path)
    assert source.headers == ("handle", "bio", "café")
    batches = list(source.batches())
    assert [h for batch in batches for h in batch.rows.column("handle").to_pylist()] == [
        "annaé",
        "üüü",
        "cleo",
    ]
    assert [(r.line, r.reason[:12]) for b in batches for r in b.rejects] == [
        (4, "4 values whe"),
        (5, "not UTF-8 te"),
    ]


def test_rows_that_each_open_a_quote_are_refused_and_not_read_in_pairs(tmp_path):
    path = tmp_path / "accounts.csv"
    path.write_text('handle,bio\n"anna,x\n"ben,y\n"cleo,z\n"dan,w\n')
    with pytest.raises(SourceError, match="opened and not closed"):
        open_sources(path)


def test_a_quote_inside_a_header_is_a_letter(tmp_path):
    path = tmp_path / "accounts.csv"
    path.write_text('handle,height "\nanna,5"\nben,6\n')
    (source,) = open_sources(path)
    assert [h for batch in source.batches() for h in batch.rows.column("handle").to_pylist()] == [
        "anna",
        "ben",
    ]


@pytest.mark.parametrize(
    "words",
    [
        "Köln, Bäcker, Straße, Zoë, Pâtisserie végétale, sans œufs, Lind Ø",
        "Müller, Bäckerei Größe, Spaß, Brötchen, süß, Käse",
        "perché, città, caffè, più, lunedì, così, è, può",
        "Café – ‘nice’ “quotes” … €5",
    ],
)
def test_a_western_list_is_never_taken_for_one_of_an_old_computer(words: str, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(f"name;bio\nanna;{words}\n".encode("cp1252"))
    assert recognise_encoding(path) in ("cp1252", "latin-1")


def _late(tmp_path, monkeypatch, last: bytes):
    """A file read in pieces of 4 KB, of which only the first KB is looked at before."""
    monkeypatch.setattr(encoding, "SNIFFED_BYTES", 1 << 10)
    monkeypatch.setattr(encoding, "HEAD_BYTES", 1 << 10)
    monkeypatch.setattr(delimited, "BLOCK_SIZES", (1 << 12,))
    path = tmp_path / "accounts.csv"
    plain = b"".join(b"name%d,bread number %d\n" % (n, n) for n in range(1000))
    path.write_bytes(b"handle,bio\n" + b"0,x\n" * 16_000 + plain + last)
    return path


def test_western_letters_far_behind_the_head_are_read(tmp_path, monkeypatch):
    path = _late(tmp_path, monkeypatch, "late,Crème brûlée\nben,für Gäste\n".encode("cp1252"))
    bios = _bios(path)
    assert len(bios) == 17_002
    assert bios[-2:] == ["Crème brûlée", "für Gäste"]


def test_one_broken_byte_far_behind_the_head_refuses_its_row_alone(tmp_path, monkeypatch):
    path = _late(tmp_path, monkeypatch, "a,Crème\nb,für Gäste\nc,".encode() + b"br\xfbl\nd,plain\n")
    (source,) = open_sources(path)
    batches = list(source.batches())
    assert [reject.line for batch in batches for reject in batch.rejects] == [17_004]
    assert [bio for batch in batches for bio in batch.rows.column("bio").to_pylist()][-3:] == [
        "Crème",
        "für Gäste",
        "plain",
    ]
    lines = [line for batch in batches for line in batch.lines.tolist()]
    assert lines == [*range(2, 17_004), 17_005]
