"""``influence mentions`` and ``influence sentiment`` from the outside."""

import csv
import io
import json

import pytest

from influence.cli.app import run


@pytest.fixture
def workspace(tmp_path, capsys):
    posts = tmp_path / "posts.csv"
    posts.write_text(
        "post_id,account_id,text,created_at\n"
        "1,x:ann,I love my new Acme kettle,2024-01-01\n"
        '2,x:bob,"@acme 3 hours on hold, thanks for nothing",2024-01-02\n'
        "3,x:cat,macmeals are nice,2024-01-02\n"
        "4,x:dan,acme ist sehr gut und ich bin zufrieden damit,2024-01-03\n"
        "5,x:eve,acme очень хороший магазин мне нравится,2024-01-04\n",
        "utf-8",
    )
    file = str(tmp_path / "w.duckdb")
    assert run(["import", str(posts), "-w", file]) == 0
    capsys.readouterr()
    return file


def test_json_rows_say_who_what_how_and_why_and_unknown_is_null(workspace, capsys):
    assert run(["mentions", "-w", workspace, "--brand", "Acme", "--format", "json"]) == 0
    shown = capsys.readouterr()
    rows = json.loads(shown.out)["rows"]
    assert [row["account_id"] for row in rows] == ["twitter:ann", "twitter:bob", "twitter:dan", "twitter:eve"]
    assert rows[0]["p_positive"] > 0.5
    assert rows[1]["p_negative"] > 0.5
    assert rows[2]["reason"].startswith("rough, de: ")
    assert rows[3]["p_neutral"] is None
    assert "4 of 5 texts name Acme" in shown.err
    assert "1 in a language the model does not know" in shown.err
    assert "1 read roughly, in other languages" in shown.err


def test_csv_goes_to_a_file_with_unknown_left_empty(workspace, tmp_path):
    out = tmp_path / "mentions.csv"
    assert run(["mentions", "-w", workspace, "--brand", "Acme", "--format", "csv", "-o", str(out)]) == 0
    rows = list(csv.DictReader(io.StringIO(out.read_text("utf-8"))))
    assert rows[3]["p_negative"] == ""
    assert rows[1]["clause"].startswith("'@acme")


def test_a_date_that_is_none_is_explained(workspace, capsys):
    assert run(["mentions", "-w", workspace, "--brand", "Acme", "--as-of", "soon"]) == 2
    assert "this is no date" in capsys.readouterr().err


def test_a_brand_nobody_names_gives_no_rows_and_says_so(workspace, capsys):
    assert run(["mentions", "-w", workspace, "--brand", "Zento", "--format", "json"]) == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out)["rows"] == []
    assert "None of 5 texts names Zento" in shown.err


def test_training_on_few_labels_is_refused_with_what_to_do(tmp_path, capsys):
    labels = tmp_path / "labels.csv"
    labels.write_text("text,label\ngood,positive\nbad,negative\n", "utf-8")
    assert run(["sentiment", "train", str(labels)]) == 1
    assert "too few labels" in capsys.readouterr().err


def test_training_shows_both_models_before_it_writes(tmp_path, capsys):
    labels, model = tmp_path / "labels.csv", tmp_path / "ours.npz"
    words = ("grumbly", "boxed", "zippy")
    kinds = ("negative", "neutral", "positive")
    lines = [f"the acme thing is {words[i % 3]} today,{kinds[i % 3]}" for i in range(150)]
    lines = [line.replace("thing", f"thing number {i}") for i, line in enumerate(lines)]
    labels.write_text("text,label\n" + "\n".join(lines) + "\n", "utf-8")
    run(["sentiment", "train", str(labels), "-o", str(model), "--force"])
    shown = capsys.readouterr().out
    assert "default" in shown
    assert "refit" in shown
    assert model.exists()
    texts = tmp_path / "texts.txt"
    texts.write_text("the acme thing is fine\n", "utf-8")
    assert run(["sentiment", "score", str(texts), "--model", str(model), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"][0]["language"] == "en"
