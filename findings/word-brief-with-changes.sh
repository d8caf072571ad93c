#!/bin/bash
# python-docx and mammoth: a sentence of a brief loses the words somebody inserted, or a form filled in
#
# Version: python-docx==1.2.0, mammoth==1.13.0, docx2txt==0.9
# Guessed: the text of a paragraph is what Word shows of it: tracked insertions as if accepted, fields by their result.
# Is: python-docx leaves out whatever stands in a tracked insertion, a content control, a smart tag or a simple field, without a
#   mark; "5,000 to 30,000 vegan followers" is "5,000 followers". mammoth keeps all but the field. docx2txt keeps all.
# Where users meet it: briefs go back and forth with tracked changes and are filled into an agency's form (content controls).
# The product: reads the document itself: insertions, controls and fields count, what was struck out or moved away does not.
# Output seen:
#   python-docx: 'Bloggers with 5,000 followers'
#   mammoth:     'Bloggers with 5,000 to 30,000 vegan Leeds followers'
#   docx2txt:    'Bloggers with 5,000 to 30,000 vegan May Leeds followers'
# By hand, never in CI. Exits non-zero when this changes; leaves nothing behind.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check "python-docx==1.2.0" "mammoth==1.13.0" "docx2txt==0.9"
"$folder/env/bin/python" - "$folder/brief.docx" <<'PYTHON'
import sys

import docx
import docx2txt
import mammoth
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

path, space = sys.argv[1], nsdecls("w")
document = docx.Document()
paragraph = document.add_paragraph("Bloggers with 5,000 ")


def run(text):
    return f'<w:r><w:t xml:space="preserve">{text} </w:t></w:r>'


for part in (
    f'<w:ins {space} w:id="1" w:author="A" w:date="2026-01-01T00:00:00Z">{run("to 30,000")}</w:ins>',
    f"<w:sdt {space}><w:sdtContent>{run('vegan')}</w:sdtContent></w:sdt>",
    f'<w:fldSimple {space} w:instr="DATE">{run("May")}</w:fldSimple>',
    f'<w:smartTag {space} w:uri="u" w:element="place">{run("Leeds")}</w:smartTag>',
):
    paragraph._p.append(parse_xml(part))
paragraph.add_run("followers")
document.save(path)

one = docx.Document(path).paragraphs[0].text
with open(path, "rb") as file:
    two = mammoth.extract_raw_text(file).value.strip()
three = docx2txt.process(path).strip()
print(f"python-docx: {one!r}\nmammoth:     {two!r}\ndocx2txt:    {three!r}")
same = (one, two, three) == (
    "Bloggers with 5,000 followers",
    "Bloggers with 5,000 to 30,000 vegan Leeds followers",
    "Bloggers with 5,000 to 30,000 vegan May Leeds followers",
)
raise SystemExit(0 if same else "this has changed")
PYTHON
