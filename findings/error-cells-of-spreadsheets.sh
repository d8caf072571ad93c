#!/bin/bash
# python-calamine: a cell that shows #DIV/0! is an empty text
#
# Version: python-calamine==0.9.1, openpyxl==3.1.5, xlsxwriter==3.3.1
# Guessed: an error cell is its text, "#DIV/0!", as in openpyxl, or None.
# Is: it is the same empty text as a cell that holds none: nothing tells that a formula failed.
# Where users meet it: agencies' sheets with a column of rates: the account without posts shows #DIV/0!, and the
#   reader sees a gap.
# The product: says in the docs of the reader that error cells are unknown.
# Output seen:
#   calamine: [['', 'no posts'], ['', 'never asked']]
#   openpyxl: [['#DIV/0!', 'no posts'], [None, 'never asked']]
# By hand, never in CI. Exits non-zero when this changes; leaves nothing behind.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check "python-calamine==0.9.1" "openpyxl==3.1.5" "xlsxwriter==3.3.1"
"$folder/env/bin/python" - "$folder" <<'PYTHON'
import sys

import openpyxl
import python_calamine
import xlsxwriter

path = f"{sys.argv[1]}/rates.xlsx"
book = xlsxwriter.Workbook(path)
sheet = book.add_worksheet()
sheet.write_row(0, 0, ["rate", "note"])
sheet.write_formula(1, 0, "=1/0", None, "#DIV/0!")
sheet.write_string(1, 1, "no posts")
sheet.write_blank(2, 0, None, book.add_format({"bold": True}))
sheet.write_string(2, 1, "never asked")
book.close()
calamine = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()[1:]
other = [list(row) for row in openpyxl.load_workbook(path, data_only=True).active.iter_rows(min_row=2, values_only=True)]
print("calamine:", calamine)
print("openpyxl:", other)
same = calamine[0][0] == calamine[1][0] == "" and other[0][0] == "#DIV/0!" and other[1][0] is None
raise SystemExit(0 if same else "this has changed")
PYTHON
