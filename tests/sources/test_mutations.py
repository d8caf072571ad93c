"""Two thousand random mutations of small files of every kind: no traceback, no abort, no flood of memory."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

EXPORTS = Path(__file__).parents[1] / "store" / "exports"
SEED = 20261127
N_MUTATIONS = 2000
MAX_MEGABYTES = 1024

CHILD = """
import resource, sys, warnings
from pathlib import Path
from influence.errors import InfluenceError
from influence.sources.opening import find_files, open_sources
warnings.simplefilter("error")
for name in sys.stdin.read().splitlines():
    print(name, flush=True)
    try:
        for file in find_files([Path(name)])[0]:
            for source in open_sources(file):
                for batch in source.batches():
                    assert len(batch.lines) == batch.rows.num_rows
    except InfluenceError as error:
        str(error)
print("most", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""

HOSTILE = (
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b'"', b"'", b"\\", b"\\ud800", b"<", b"&", b"]]>", b"<!ENTITY a 'b'>", b"{",
    b"[" * 500, b"}", b"\r", b"\n\n", b"\t", b";", b",,,,", b"1e999", b"-1", b"9" * 400, b"NaN", b"*Matrix",
    b"edgedef>", b"graph [", b"\xf0\x9f\x98\x80", b"\xed\xa0\x80", b"=cmd()", b"PK\x03\x04", b"\x1f\x8b", b"(\xb5/\xfd",
)  # fmt: skip


def bases() -> dict[str, bytes]:
    """A small whole file of every kind, by its name."""
    import networkx as nx
    import pyarrow as pa
    import pyarrow.parquet as pq
    import xlsxwriter
    import zstandard

    graph = nx.relabel_nodes(nx.gnm_random_graph(6, 9, seed=1, directed=True), str)
    csv = "handle,followers,bio\n" + "".join(f'a{n},{n}," says ""{n}"",\nand é"\n' for n in range(8))
    lines = (EXPORTS / "twarc-v1" / "tweets.jsonl").read_bytes()
    book, table, packed = io.BytesIO(), io.BytesIO(), io.BytesIO()
    with xlsxwriter.Workbook(book) as sheets:
        sheets.add_worksheet().write_row(0, 0, ["handle", "followers"])
        sheets.worksheets()[0].write_row(1, 0, ["anna", 5])
    pq.write_table(pa.table({"handle": ["anna", "ben"], "followers": [1, None]}), table)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", csv)
        archive.writestr("data/b.jsonl", lines)
    pajek = '*Vertices 2\n1 "anna"\n2 "ben"\n*Arcs\n1 2 3\n*Edgeslist\n2 1\n'
    return {
        "a.csv": csv.encode(), "b.csv": csv.encode("utf-16"), "c.tsv": csv.replace(",", "\t").encode("cp1252"),
        "d.jsonl": lines, "e.json": (EXPORTS / "telegram" / "result.json").read_bytes(), "f.xlsx": book.getvalue(),
        "g.js": (EXPORTS / "x-archive" / "data" / "tweets.js").read_bytes(), "h.parquet": table.getvalue(),
        "i.gexf": "\n".join(nx.generate_gexf(graph)).encode(),
        "j.graphml": "\n".join(nx.generate_graphml(graph)).encode(),
        "k.gml": "\n".join(nx.generate_gml(graph)).encode(), "l.net": pajek.encode(),
        "m.gdf": b"nodedef>name,label\na,'Anna, A'\nb,B\nedgedef>node1,node2,directed\na,b,true\n",
        "n.opml": (EXPORTS / "opml" / "mine.opml").read_bytes(), "o.xml": (EXPORTS / "feed" / "blog.xml").read_bytes(),
        "p.xml": next((EXPORTS / "wordpress").iterdir()).read_bytes(), "q.zip": packed.getvalue(),
        "r.csv.gz": gzip.compress(csv.encode()), "s.jsonl.zst": zstandard.compress(lines),
        "t.jsonl.bz2": bz2.compress(lines),
        "u.jsonl.xz": lzma.compress(lines),
    }  # fmt: skip


def mutated(data: bytes, rng: random.Random) -> bytes:
    """One to four random changes: bytes flipped, left out, repeated, something hostile put in, the end cut off."""
    for _ in range(rng.randint(1, 4)):
        at, length = rng.randrange(len(data) + 1), rng.randint(1, max(len(data) // 4, 1))
        change = rng.randrange(5)
        if change == 0:
            data = data[:at] + bytes(rng.randrange(256) for _ in range(min(length, 4))) + data[at + 4 :]
        elif change == 1:
            data = data[:at] + data[at + length :]
        elif change == 2:
            data = data[:at] + data[at : at + length] * rng.randint(2, 30) + data[at + length :]
        elif change == 3:
            data = data[:at] + rng.choice(HOSTILE) * rng.choice((1, 1, 1, 50)) + data[at:]
        else:
            data = data[:at]
    return data


@pytest.mark.slow
def test_no_mutation_of_a_file_of_any_kind_breaks_a_reader(tmp_path: Path) -> None:
    rng = random.Random(SEED)
    whole = list(bases().items())
    paths = []
    for number in range(N_MUTATIONS):
        name, data = whole[number % len(whole)]
        paths.append(tmp_path / f"{number}_{name}")
        paths[-1].write_bytes(mutated(data, rng))
    told = "\n".join(map(str, paths))
    done = subprocess.run([sys.executable, "-c", CHILD], input=told, capture_output=True, text=True)
    last = done.stdout.splitlines()[-1] if done.stdout else ""
    assert done.returncode == 0, f"{last}: {done.stderr[-2000:]}"
    assert int(last.split()[1]) < MAX_MEGABYTES
