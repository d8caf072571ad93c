#!/bin/bash
# ir_measures: accounts with the same score are ranked by name, backwards
#
# Version: ir-measures==0.4.3, scikit-learn==1.9.1
# Guessed: ties keep the order of the run (as a page shows them), or are averaged as in scikit-learn's ndcg_score.
# Is: ties are ranked by document id, last of the alphabet first, whatever order is given: the same run has
#   reciprocal rank 1/3 where the right account is called a and 1 where it is called c. scikit-learn gives .71 for
#   both.
# Where users meet it: a backtest of counts (mentions, posts: many ties) scored with the trade's standard
#   measures: accounts late in the alphabet win.
# The product: does not use it; its rankings have a declared order of ties, last of all the id.
# Output seen:
#   right: a, run in the order abc: RR, nDCG (0.33, 0.5), nDCG of sklearn 0.71
#   right: a, run in the order cba: RR, nDCG (0.33, 0.5), nDCG of sklearn 0.71
#   right: c, run in the order abc: RR, nDCG (1.0, 1.0), nDCG of sklearn 0.71
#   right: c, run in the order cba: RR, nDCG (1.0, 1.0), nDCG of sklearn 0.71
# By hand, never in CI. Exits non-zero when this changes; leaves nothing behind.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check "ir-measures==0.4.3" "scikit-learn==1.9.1"
"$folder/env/bin/python" - "$folder" <<'PYTHON'
from ir_measures import RR, Qrel, ScoredDoc, calc_aggregate, nDCG
from sklearn.metrics import ndcg_score

seen = {}
for right in "ac":
    for order in ("abc", "cba"):
        run = [ScoredDoc("q", name, 1.0) for name in order]
        found = calc_aggregate([RR, nDCG @ 3], [Qrel("q", right, 1)], run)
        other = ndcg_score([[int(name == right) for name in order]], [[1.0] * 3])
        seen[right, order] = (round(found[RR], 2), round(found[nDCG @ 3], 2), round(float(other), 2))
        print(f"right: {right}, run in the order {order}: RR, nDCG {seen[right, order][:2]}, nDCG of sklearn {seen[right, order][2]}")
same = {what[:2] for (right, _), what in seen.items() if right == "a"} == {(0.33, 0.5)}
same = same and {what[:2] for (right, _), what in seen.items() if right == "c"} == {(1.0, 1.0)}
raise SystemExit(0 if same else "this has changed")
PYTHON
