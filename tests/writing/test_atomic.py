"""Files appear whole or not at all, and say why not."""

import errno
import os
import stat
import sys
from pathlib import Path

import pytest

from influence.errors import OutputError, UsageError
from influence.writing.atomic import atomic_path, format_of, leftovers, write_text


def test_a_failed_write_leaves_the_old_file_and_no_litter(tmp_path: Path) -> None:
    target = tmp_path / "list.csv"
    target.write_text("old")

    def write_half() -> None:
        with atomic_path(target) as temporary:
            temporary.write_text("half")
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        write_half()
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_until_the_block_ends_readers_see_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "list.csv"
    target.write_text("old")
    with atomic_path(target) as temporary:
        temporary.write_text("new")
        assert temporary.parent == tmp_path
        assert target.read_text() == "old"
    assert target.read_text() == "new"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize(
    ("number", "hint"),
    [(errno.ENOSPC, "make room"), (errno.EROFS, "may write to"), (errno.EACCES, "may write to")],
)
def test_what_the_disk_refuses_says_what_to_do_next(tmp_path: Path, number: int, hint: str) -> None:
    with pytest.raises(OutputError) as told, atomic_path(tmp_path / "list.csv"):
        raise OSError(number, os.strerror(number))
    assert hint in str(told.value)
    assert os.strerror(number) in str(told.value)


@pytest.mark.skipif(os.name == "nt", reason="modes are POSIX")
def test_a_new_file_has_ordinary_permissions_and_an_old_one_keeps_its_own(tmp_path: Path) -> None:
    mask = os.umask(0o022)
    try:
        new = write_text(tmp_path / "new.csv", "x")
        old = tmp_path / "old.csv"
        old.write_text("y")
        old.chmod(0o640)
        write_text(old, "z")
    finally:
        os.umask(mask)
    assert stat.S_IMODE(new.stat().st_mode) == 0o644
    assert stat.S_IMODE(old.stat().st_mode) == 0o640


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_link_is_followed_and_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real.csv", tmp_path / "link.csv"
    real.write_text("old")
    link.symlink_to(real)
    write_text(link, "new")
    assert link.is_symlink()
    assert real.read_text() == "new"


@pytest.mark.skipif(sys.platform == "win32", reason="pipes are POSIX")
def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_text(pipe, "through")
        assert os.read(reader, 100) == b"through"
    finally:
        os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_missing_folder_a_folder_and_a_file_as_folder_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for path, words in (
        (tmp_path / "nowhere" / "list.csv", "does not exist"),
        (tmp_path, "is a folder"),
        (tmp_path / "file" / "list.csv", "is a file"),
    ):
        with pytest.raises(OutputError, match=words):
            write_text(path, "x")


def test_a_refusal_of_the_system_becomes_a_clear_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("influence.writing.atomic.os.replace", refuse)
    with pytest.raises(OutputError, match="open in another program"):
        write_text(tmp_path / "list.csv", "x")
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_is_too_long_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        write_text(tmp_path / ("x" * 300 + ".csv"), "x")


def test_the_ending_says_the_format_unless_told() -> None:
    assert [format_of(f"a.{end}") for end in ("XLSX", "csv", "json", "md")] == ["xlsx", "csv", "json", "md"]
    assert format_of("a.txt", "csv") == "csv"
    with pytest.raises(UsageError, match=r"did you mean '.xlsx'"):
        format_of("list.xls")
    with pytest.raises(UsageError, match="no ending"):
        format_of("list")


@pytest.mark.skipif(os.name == "nt", reason="modes are POSIX")
def test_a_private_umask_keeps_every_file_private(tmp_path: Path) -> None:
    from influence.graph.audience import AudienceGraph

    graph = AudienceGraph.from_edges(["a", "b"], ["b", "c\ufffe"])
    mask = os.umask(0o077)
    try:
        made = [write_text(tmp_path / "a.csv", "x"), graph.to_gexf(tmp_path / "g.gexf")]
    finally:
        os.umask(mask)
    assert [stat.S_IMODE(path.stat().st_mode) for path in made] == [0o600, 0o600]


def test_a_graph_with_letters_that_xml_forbids_is_still_xml(tmp_path: Path) -> None:
    import networkx as nx

    from influence.graph.audience import AudienceGraph

    graph = AudienceGraph.from_edges(["a", "b"], ["b", "c\ufffe"])
    assert set(nx.read_gexf(graph.to_gexf(tmp_path / "g.gexf"))) == {"a", "b", r"c\ufffe"}
    assert set(nx.read_graphml(graph.to_graphml(tmp_path / "g.graphml"))) == {"a", "b", r"c\ufffe"}


@pytest.mark.skipif(os.name == "nt", reason="processes are asked for as POSIX has them")
def test_what_a_killed_run_left_is_cleared_by_the_next_and_a_running_ones_stays(tmp_path: Path) -> None:
    import subprocess

    code = (
        "import os, sys; from influence.writing.atomic import atomic_path\n"
        "with atomic_path(sys.argv[1]): os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "list.csv")], check=False)
    assert len(leftovers(tmp_path)) == 1
    with atomic_path(tmp_path / "other.csv") as running:
        assert not leftovers(tmp_path)
        write_text(tmp_path / "third.csv", "x")
        assert running.exists()
    assert {path.name for path in tmp_path.iterdir()} == {"other.csv", "third.csv"}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_told_with_the_name_that_was_asked_for() -> None:
    with pytest.raises(OutputError) as error:
        write_text("/dev/full", "x")
    assert error.value.where == "/dev/full"
    assert ".influence-" not in str(error.value)


@pytest.mark.parametrize(("name", "told"), [("x.xlsx", "csv"), ("x.csv", "json"), ("x.pdf", None)])
def test_an_ending_that_does_not_fit_is_refused_before_anything_is_written(
    name: str, told: str | None
) -> None:
    with pytest.raises(UsageError):
        format_of(name, told)


def test_an_ending_of_ones_own_takes_the_format_that_is_told() -> None:
    assert format_of("x.data", "csv") == "csv"
    assert format_of("x.txt", "table", ("table", "csv")) == "table"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_workbook_on_a_full_disk_is_an_error_in_words_and_no_traceback() -> None:
    import subprocess

    code = (
        "from influence.errors import OutputError\n"
        "from influence.writing.book import Sheet, write_sheets\n"
        "try: write_sheets('/dev/full', [Sheet('a', (), ())])\n"
        "except OutputError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "/dev/full" in done.stdout
    assert done.stderr == ""
