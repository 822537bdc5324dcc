"""PostgreSQL runs on every kind of machine without new users or opened directories."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from procurement.embedded import EmbeddedError
from procurement.embedded.layout import unused_port
from procurement.embedded.postgres import Cluster, find_bindir, major_version
from procurement.embedded.privileges import (
    Identity,
    choose_identity,
    move_in,
    namespaces_work,
    nobody,
    open_to_everybody,
    refuge,
)

only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to step down")


@pytest.fixture
def open_directory() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(dir="/var/tmp"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)


def cluster(home: Path, bindir: Path, identity: Identity) -> Cluster:
    return Cluster(home, bindir, identity, unused_port(), "admin", "owner", "app", durable=False)


def test_private_directory_is_told_from_an_open_one(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    assert not open_to_everybody(private / "data")
    assert open_to_everybody(Path("/usr/lib/postgresql"))


@only_root
def test_root_steps_down_to_nobody_where_everybody_may_pass(open_directory: Path) -> None:
    assert choose_identity(open_directory / "data") == nobody()


@only_root
def test_root_below_a_private_directory_uses_a_namespace(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    identity = choose_identity(private / "data")
    assert (identity is not None) == namespaces_work()
    assert identity is None or identity.prefix[0] == "unshare"


@only_root
def test_binaries_moved_to_the_refuge_make_a_cluster_as_nobody(open_directory: Path) -> None:
    bindir = move_in(open_directory, find_bindir(Path("/nowhere")))
    moved = cluster(open_directory / "postgres", bindir, nobody())
    moved.initialise()
    assert moved.is_initialised
    assert moved.data.stat().st_uid == nobody().uid
    assert not (moved.home / "password").exists()


@only_root
def test_data_of_another_owner_are_taken_over(open_directory: Path) -> None:
    home = open_directory / "postgres"
    (home / "data").mkdir(parents=True)
    nobody().own(home)
    assert (home / "data").stat().st_uid == nobody().uid


def test_each_var_has_a_refuge_of_its_own(tmp_path: Path) -> None:
    assert refuge(tmp_path / "a") != refuge(tmp_path / "b")
    assert refuge(tmp_path / "a").parent == Path("/var/tmp")


def test_data_of_a_missing_version_are_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "PG_VERSION").write_text("9\n")
    with pytest.raises(EmbeddedError, match="need PostgreSQL 9"):
        find_bindir(tmp_path)


def test_found_binaries_are_recent_enough(tmp_path: Path) -> None:
    bindir = find_bindir(tmp_path)
    assert (major_version(bindir) or 0) >= 15
    answer = subprocess.run([bindir / "postgres", "--version"], capture_output=True, text=True, check=True)
    assert "PostgreSQL" in answer.stdout
