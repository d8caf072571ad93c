"""Documents as their readers see them: text, Word, PDF."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from influence.errors import SourceError
from influence.sources.document import read_document
from influence.text.conditions import read_conditions

WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def paragraph(*runs: str) -> str:
    return "<w:p>" + "".join(f"<w:r><w:t>{run}</w:t></w:r>" for run in runs) + "</w:p>"


def word_file(folder: Path, body: str) -> str:
    with zipfile.ZipFile(folder / "b.docx", "w") as archive:
        archive.writestr("word/document.xml", f"<w:document {WORD}><w:body>{body}</w:body></w:document>")
    return read_document(folder / "b.docx")


def test_tabs_and_line_breaks_of_a_word_file_keep_words_apart(tmp_path: Path) -> None:
    runs = "<w:t>repotting</w:t><w:br/><w:t>indoor</w:t><w:tab/><w:t>plants</w:t>"
    said = word_file(tmp_path, f"<w:p><w:r>{runs}</w:r></w:p>{paragraph('cac', 'tus')}")
    assert said == "repotting indoor plants\ncactus"


def test_a_table_of_a_word_file_is_read_by_rows(tmp_path: Path) -> None:
    rows = [
        ("Niche", "vegan baking"),
        ("Followers:", "5,000 to 30,000"),
        ("Number of creators", "10"),
        ("", ""),
    ]
    cells = ["".join(f"<w:tc><w:tcPr/>{paragraph(text)}</w:tc>" for text in row) for row in rows]
    said = word_file(tmp_path, "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>")
    assert said == "Niche: vegan baking\nFollowers: 5,000 to 30,000\nNumber of creators: 10"
    read = {condition.name: condition.value for condition in read_conditions(said).conditions}
    assert read == {"min_followers": 5000, "max_followers": 30000, "size": 10}


def test_a_reader_of_a_word_file_sees_what_was_inserted_and_not_what_was_struck_out(tmp_path: Path) -> None:
    inserted = "<w:ins><w:r><w:t>vegan </w:t></w:r></w:ins>"
    struck = "<w:del><w:r><w:delText>meat </w:delText></w:r></w:del>"
    moved = f"<w:moveFrom>{paragraph('elsewhere')}</w:moveFrom>"
    said = word_file(tmp_path, f"<w:p>{inserted}{struck}<w:r><w:t>bakers</w:t></w:r></w:p>{moved}")
    assert said == "vegan bakers"


def test_a_text_box_of_a_word_file_is_read_once_and_apart(tmp_path: Path) -> None:
    box = f"<w:txbxContent>{paragraph('no meat')}</w:txbxContent>"
    forms = (
        f"<m:AlternateContent><m:Choice>{box}</m:Choice><m:Fallback>{box}</m:Fallback></m:AlternateContent>"
    )
    said = word_file(
        tmp_path, f"<w:p><w:r><w:t>Bakers</w:t>{forms}<w:t>in Leeds</w:t></w:r></w:p>".replace("m:", "w:")
    )
    assert said.split("\n") == ["Bakers", "no meat", "in Leeds"]


def test_a_word_file_saved_as_strict_is_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "b.docx", "w") as archive:
        strict = WORD.replace(
            "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            "http://purl.oclc.org/ooxml/wordprocessingml/main",
        )
        assert strict != WORD
        archive.writestr(
            "word/document.xml", f"<w:document {strict}><w:body>{paragraph('rye')}</w:body></w:document>"
        )
    assert read_document(tmp_path / "b.docx") == "rye"


@pytest.mark.parametrize(
    "data", [rb"{\rtf1\ansi vegan}", b"PK\x03\x04\0\0", b"%PDF-1.7 vegan", b"vegan\0baking"]
)
def test_what_is_no_document_is_refused_by_name_with_what_to_do(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "brief.txt").write_bytes(data)
    with pytest.raises(SourceError) as caught:
        read_document(tmp_path / "brief.txt")
    assert "save or export it as .docx" in str(caught.value.hint)
    assert str(tmp_path / "brief.txt") in str(caught.value)


def pdf_file(path: Path, lines: list[str], password: str = "") -> Path:
    writer = PdfWriter()
    page = writer.add_blank_page(600, 800)
    text = " ".join(f"1 0 0 1 50 {700 - 20 * n} Tm ({line}) Tj" for n, line in enumerate(lines))
    content = DecodedStreamObject()
    content.set_data(f"BT /F 12 Tf {text} ET".encode("latin-1"))
    font = DictionaryObject({NameObject(f"/{key}"): NameObject(f"/{value}") for key, value in FONT.items()})
    fonts = DictionaryObject({NameObject("/F"): font})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    page[NameObject("/Contents")] = content
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    path.write_bytes(out.getvalue())
    return path


FONT = {"Type": "Font", "Subtype": "Type1", "BaseFont": "Helvetica", "Encoding": "WinAnsiEncoding"}


def test_a_pdf_is_read_line_by_line_whatever_it_is_called(tmp_path: Path) -> None:
    said = read_document(
        pdf_file(tmp_path / "brief", ["Followers 5,000 to 30,000", "Number of creators 10", "caf\xe9s"])
    )
    assert [line.strip() for line in said.splitlines()] == [
        "Followers 5,000 to 30,000",
        "Number of creators 10",
        "caf\xe9s",
    ]
    read = {condition.name: condition.value for condition in read_conditions(said).conditions}
    assert read == {"min_followers": 5000, "max_followers": 30000, "size": 10}


def test_a_locked_pdf_and_one_of_pictures_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        read_document(pdf_file(tmp_path / "locked.pdf", ["vegan"], "secret"))
    with pytest.raises(SourceError, match="no text in it") as caught:
        read_document(pdf_file(tmp_path / "scan.pdf", []))
    assert "a scan holds pictures" in str(caught.value.hint)
