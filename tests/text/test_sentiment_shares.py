"""Shares of feelings: intervals that admit what the model gets wrong alike, and labels that right them."""

import numpy as np
import pytest

from influence.cli.app import run
from influence.errors import MissingDataError, SourceError
from influence.text.mentions import Mention, Mentions
from influence.text.sentiment.labelling import choose, labels_of, read_sheet, write_sheet
from influence.text.sentiment.shares import LEAN, LEAST_LABELS, SHARED_ERROR, Z90, Label, brand_shares
from influence.text.sentiment.training import read_labels


def mentions_of(chances):
    rows = tuple(Mention("x:ann", str(n), f"text {n}", *chance, "", "en") for n, chance in enumerate(chances))
    return Mentions(rows, np.full(len(rows), np.nan), len(rows), 0, np.ones(len(rows), dtype=bool))


def shifted_world(n, seed):
    """Mentions of which the model calls a third of the complaints praise, and the truth."""
    rng = np.random.default_rng(seed)
    truth = rng.choice(3, n, p=[0.7, 0.2, 0.1])
    called = np.where((truth == 0) & (rng.random(n) < 0.35), 2, truth)
    return mentions_of((np.eye(3)[called] * 0.7 + 0.1).tolist()), truth


def test_a_mild_complaint_counts_and_feelings_are_shifted_once_towards_the_commoner():
    mild, sure, praise = (0.42, 0.45, 0.13), (0.1, 0.8, 0.1), (0.3, 0.0, 0.7)
    share = brand_shares(mentions_of([mild] * 2 + [sure] * 7 + [praise])).share
    shifted = [np.array(row) * LEAN * [0.2, 0.7, 0.1] for row in (mild, sure, praise)]
    negative, _, positive = np.array([2, 7, 1]) @ [row / row.sum() for row in shifted]
    np.testing.assert_allclose(
        share, [0.3 * negative / (negative + positive), 0.7, 0.3 * positive / (negative + positive)]
    )
    assert share[0] > 0.15


def test_more_mentions_do_not_take_the_shared_error_away():
    kinds = [(0.6, 0.3, 0.1)] * 2 + [(0.2, 0.5, 0.3)] * 3 + [(0.1, 0.1, 0.8)] * 5
    few, many = (brand_shares(mentions_of(kinds * n)) for n in (1, 1_000))
    np.testing.assert_allclose(many.share, few.share)
    np.testing.assert_allclose(many.high - many.share, Z90 * SHARED_ERROR, atol=0.01)
    assert (few.high - few.low >= many.high - many.low).all()


def test_one_complaint_is_no_proof_that_all_complain():
    one = brand_shares(mentions_of([(0.9, 0.06, 0.04)]))
    assert one.share[0] == 1
    assert one.low[0] < 0.3


def test_a_hundred_chosen_labels_put_the_shares_right_where_complaints_rule():
    hits, errors, before = [], [], []
    for seed in range(40):
        found, truth = shifted_world(1_000, seed)
        real = np.bincount(truth, minlength=3) / len(truth)
        before.append(np.abs(brand_shares(found).share - real).mean())
        sheet = choose(found, 100, seed)
        judged = tuple(
            row.judged(("negative", "neutral", "positive")[truth[int(row.post_id)]]) for row in sheet
        )
        shares = brand_shares(found, labels_of(judged))
        errors.append(np.abs(shares.share - real).mean())
        hits.append((shares.low <= real) & (real <= shares.high))
    assert np.mean(before) > 0.1
    assert np.mean(errors) < 0.04
    assert np.mean(hits) > 0.82


def test_fewer_labels_than_thirty_and_labels_of_other_texts_change_nothing():
    found, _ = shifted_world(500, 1)
    few = tuple(Label(f"text {n}", 0) for n in range(LEAST_LABELS - 1))
    strange = tuple(Label(f"other {n}", 0) for n in range(200))
    for labels in (few, strange):
        assert brand_shares(found, labels).n_labels == 0
        np.testing.assert_array_equal(brand_shares(found, labels).share, brand_shares(found).share)


def test_no_mention_that_can_be_read_has_no_shares_and_nothing_to_label():
    none = mentions_of([(None, None, None)])
    assert brand_shares(none) is None
    with pytest.raises(MissingDataError, match="nothing to label"):
        choose(none)


def test_mentions_in_doubt_are_asked_about_more_often_and_every_chance_is_known():
    sure, doubtful = [(0.02, 0.03, 0.95)] * 500, [(0.4, 0.35, 0.25)] * 500
    sheet = choose(mentions_of(sure + doubtful), 100)
    assert len(sheet) == 100
    n_doubtful = sum(int(row.post_id) >= 500 for row in sheet)
    assert n_doubtful > 65
    assert sum(1 / row.chosen for row in sheet) == pytest.approx(1_000, rel=0.15)
    assert choose(mentions_of(sure + doubtful), 100) == sheet


def test_a_sheet_is_read_back_as_it_was_written(tmp_path):
    rows = choose(mentions_of([(0.3, 0.3, 0.4)] * 40), 30)
    rows = (rows[0].judged("negative"), *rows[1:])
    write_sheet(tmp_path / "labels.csv", rows)
    assert read_sheet(tmp_path / "labels.csv") == rows
    assert read_labels(tmp_path / "labels.csv").labels.tolist() == [0]


def test_a_text_that_looks_like_a_formula_comes_back_as_it_was(tmp_path):
    found = mentions_of([(0.3, 0.3, 0.4)] * 3)
    row = choose(found)[0]
    write_sheet(tmp_path / "labels.csv", (type(row)("@acme how dare you", "negative", 0.5),))
    assert read_sheet(tmp_path / "labels.csv")[0].text == "@acme how dare you"


def test_a_chance_that_is_none_is_named_with_its_line(tmp_path):
    file = tmp_path / "labels.csv"
    file.write_text("text,label,chosen\ngood,positive,0.5\nbad,negative,7\n", "utf-8")
    with pytest.raises(SourceError, match="line 3"):
        read_sheet(file)


@pytest.fixture
def workspace(tmp_path, capsys):
    posts = tmp_path / "posts.csv"
    lines = [f"{n},x:a{n},Acme number {n} {('is awful', 'is on the shelf', 'is lovely')[n % 3]},2024-01-01"
             for n in range(60)]  # fmt: skip
    posts.write_text("post_id,account_id,text,created_at\n" + "\n".join(lines) + "\n", "utf-8")
    assert run(["import", str(posts), "-w", str(tmp_path / "w.duckdb")]) == 0
    capsys.readouterr()
    return str(tmp_path / "w.duckdb")


def test_labels_are_asked_for_where_shares_are_shown_written_judged_and_used(workspace, tmp_path, capsys):
    sheet = str(tmp_path / "labels.csv")
    assert run(["mentions", "-w", workspace, "--brand", "Acme", "--format", "json"]) == 0
    assert 'influence sentiment label --brand "Acme" -o labels.csv' in capsys.readouterr().err
    assert (
        run(["sentiment", "label", "-w", workspace, "--brand", "Acme", "-n", "40", "--sheet", "-o", sheet])
        == 0
    )
    rows = read_sheet(sheet)
    assert len(rows) == 40
    few = str(tmp_path / "few.csv")
    write_sheet(few, (rows[0].judged("negative"), *rows[1:]))
    assert run(["mentions", "-w", workspace, "--brand", "Acme", "--labels", few, "--format", "json"]) == 0
    assert "1 labels are too few to right them (30" in capsys.readouterr().err
    write_sheet(sheet, tuple(row.judged("negative") for row in rows))
    assert run(["mentions", "-w", workspace, "--brand", "Acme", "--labels", sheet, "--format", "json"]) == 0
    said = capsys.readouterr().err
    assert "righted by 40 labels" in said
    assert int(said.split("% negative")[0].split()[-1]) >= 98


def test_judging_in_the_terminal_keeps_every_answer_and_goes_on_where_it_stopped(workspace, tmp_path):
    from click.testing import CliRunner

    from influence.cli.sentiment import sentiment_command

    sheet = str(tmp_path / "labels.csv")
    asked = ["label", "-w", workspace, "--brand", "Acme", "-n", "30", "-o", sheet]
    first = CliRunner().invoke(sentiment_command, asked, input="n\nx\np\ns\nq\n")
    assert first.exit_code == 0, first.output
    assert [row.label for row in read_sheet(sheet)][:4] == ["negative", "positive", "", ""]
    CliRunner().invoke(sentiment_command, asked, input="0\nq\n")
    assert [row.label for row in read_sheet(sheet)][:4] == ["negative", "positive", "neutral", ""]
