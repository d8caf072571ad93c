"""The list of the tables' files on object storage, by a real server of its protocol on the loopback address."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from influence.errors import SourceError, WorkspaceError
from influence.spark import manifest
from influence.spark.manifest import Stored, begin, read_manifest, remove_strays, write_manifest, write_text


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    server_of = pytest.importorskip(
        "moto.server", reason="moto[server], a server of S3 to test against, is not there"
    )
    boto3 = pytest.importorskip("boto3")
    server = server_of.ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    told = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}", "AWS_ACCESS_KEY_ID": "anybody", "AWS_SECRET_ACCESS_KEY": "any",
        "AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true",
    }  # fmt: skip
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    name = tmp_path.name.replace("_", "-")
    boto3.client("s3").create_bucket(Bucket=name)
    yield f"s3a://{name}/tables"
    server.stop()


def test_a_manifest_in_a_bucket_is_replaced_whole_and_what_is_gone_is_deleted(bucket: str) -> None:
    first = begin(bucket)
    for name in ("old", "new"):
        write_text(f"{bucket}/posts/v{name}/a.parquet", "rows")
    told = write_manifest(first, first.changed({"posts": Stored(1, {"0": ("posts/vold/a.parquet",)})}))
    told = write_manifest(told, told.changed({"posts": Stored(1, {"0": ("posts/vnew/a.parquet",)})}))
    assert read_manifest(bucket) == told
    assert told.files("posts") == [f"{bucket}/posts/vnew/a.parquet"]
    with pytest.raises(WorkspaceError, match="another command"):
        write_manifest(first, first)
    assert begin(bucket).gone == ()
    assert not manifest.exists(f"{bucket}/posts/vold/a.parquet")
    assert manifest.read_text(f"{bucket}/posts/vnew/a.parquet") == "rows"


def test_files_of_another_tool_are_found_and_what_a_killed_run_left_is_removed(bucket: str) -> None:
    for name in ("posts/a.parquet", "accounts.parquet"):
        write_text(f"{bucket}/{name}", "rows")
    found = read_manifest(bucket)
    assert found.files("posts") == [f"{bucket}/posts/a.parquet"]
    assert found.files("accounts") == [f"{bucket}/accounts.parquet"]
    begun = begin(bucket)
    write_text(f"{bucket}/posts/v1-9/b.parquet", "half")
    remove_strays(begun)
    assert not manifest.exists(f"{bucket}/posts/v1-9/b.parquet")
    assert manifest.exists(f"{bucket}/posts/a.parquet")


def test_a_bucket_that_is_not_there_is_an_error_that_says_so(bucket: str) -> None:
    with pytest.raises(SourceError, match="cannot be reached"):
        begin("s3a://elsewhere/tables")
