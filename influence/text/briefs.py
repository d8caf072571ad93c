"""A brief as a file: plain text, Markdown or Word."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from influence.errors import SourceError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

BALLAST = frozenset(
    word
    for line in (
        "budget euro pound dollar fee pay paid payment price cost free sample parcel kit voucher discount give away",
        "deliverable campaign activation launch relaunch release client customer brand company maker publisher agency",
        "product range shop online partner ambassador voice author writer influencer creator blogger blog blogs reader",
        "audience people target looking look seek need want wanted welcome prefer preferred please shortlist list post",
        "posts text texts copy link review honest disclosure disclose marked kpi click reach sign-ups traffic",
        "trust conversion licence affiliate tone travel ticket small large week month quarter year spring autumn",
        "winter january february march april may june july august september october november december monday tuesday",
        "honorar kampagne beitrag beiträge kunde kunden marke produkt produkte zielgruppe reichweite blogger bloggerin",
        "bloggerinnen gesucht suchen sucht kennzeichnung anzeige werbung kooperation agentur gutschein gratis",
        "januar februar märz mai juni juli oktober dezember montag dienstag mittwoch donnerstag freitag herbst",
        "presupuesto honorarios campaña clienta marca producto productos",
        "publicación publicaciones colaboración agencia orçamento cachê campanha parceria agência procuramos",
        "bloguero bloguera blogueros blogueras buscamos busca seguidores alcance publicidad descuento cupones precio",
        "campagne cliente marque produits publication publications",
        "blogueur blogueuse blogueurs blogueuses abonnés portée publicité réduction rémunération prix gratuit gratuite",
        "bilancio compenso campagna marchio prodotto prodotti collaborazione agenzia cerchiamo cerca pubblicità",
        "produto produtos honoraires clients cherchons cherche agence",
        "sconto buget onorariu campanie brand produs produse colaborare agenție căutăm caută bloggeri urmăritori",
        "publicitate reducere plată lansare vergoeding campagne merk samenwerking bureau zoeken gezocht advertentie",
        "予算 広告 企画 謝礼 掲載 募集 投稿 発売 商品 宣伝 無料",
        "summer awareness wednesday thursday friday saturday sunday ten twelve fifteen twenty thirty fifty",
    )
    for word in line.split()
)
"""What briefs say whatever they are about, in nine languages; such words weigh less (`query.brief_terms`)."""
MAX_BYTES = 20_000_000
_NOT_TEXT = (b"%PDF", b"{\\rtf")
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_BLANKS = frozenset(f"{_WORD}{name}" for name in ("tab", "br", "cr"))


def read_brief(path: str | Path) -> str:
    """Return the text of a brief (.txt, .md, .docx).

    Raises
    ------
    SourceError
        The file is missing, empty, too large, not text, or a damaged Word file.
    """
    file = Path(path)
    if not file.is_file():
        raise SourceError("there is no such brief", where=str(file), expected="a .txt, .md or .docx file")
    if file.stat().st_size > MAX_BYTES:
        raise SourceError("the brief is too large", where=str(file), expected="less than 20 MB")
    text = _word_text(file) if file.suffix.lower() == ".docx" else _plain_text(file)
    if not text.strip():
        raise SourceError("the brief has no text in it", where=str(file))
    return text


def _plain_text(file: Path) -> str:
    data = file.read_bytes()
    if data.startswith(_NOT_TEXT) or (b"\0" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff"))):
        raise SourceError(
            "the brief is not a text file",
            where=str(file),
            expected=".txt, .md or .docx",
            hint="save or export it as .docx or as plain text",
        )
    for encoding in ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def _word_text(file: Path) -> str:
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        with zipfile.ZipFile(file) as archive:
            info = archive.getinfo("word/document.xml")
            if info.file_size > 10 * MAX_BYTES:
                raise SourceError("the brief is too large", where=str(file))
            tree = fromstring(archive.read(info))
    except (zipfile.BadZipFile, KeyError, ParseError, DefusedXmlException) as error:
        raise SourceError(
            "this is not a Word file that can be read",
            where=str(file),
            hint="save it again as .docx or as text",
        ) from error
    return "\n".join("".join(map(_piece, paragraph.iter())) for paragraph in tree.iter(f"{_WORD}p"))


def _piece(element: Element) -> str:
    """Text of an element of a paragraph; tabs and line breaks keep words apart."""
    if element.tag in _BLANKS:
        return " "
    return (element.text or "") if element.tag == f"{_WORD}t" else ""
