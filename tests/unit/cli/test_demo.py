"""The demo without access rules is there to compare, and for nothing else."""

from pathlib import Path

from cli.local import LocalPlan, LocalSystem
from deploy.local.unguarded import Unguarded
from shared.contracts.principals import ADMIN
from tests.support.cli import suyuan


def test_an_open_broker_never_stands_on_data_that_is_kept(tmp_path: Path) -> None:
    done = suyuan("demo", "--open", "--keep", "--data", str(tmp_path / "none"))

    assert done.code == 2
    assert "demo.open_keeps" in done.err
    assert not (tmp_path / "none").exists()


def test_an_open_broker_listens_on_this_machine_alone() -> None:
    made = Unguarded.made()

    assert made.address.startswith("127.0.0.1:")
    assert made.listeners == f",OPEN://{made.address}"


def test_no_platform_is_open_unless_it_is_asked_for(tmp_path: Path) -> None:
    guarded = LocalSystem(LocalPlan(tmp_path, {}), lambda _: None)
    open_too = LocalSystem(LocalPlan(tmp_path, {}, unguarded=True), lambda _: None)

    assert guarded._unguarded is None
    assert guarded._stack._tls is None
    assert open_too._unguarded is not None


def test_who_comes_the_open_way_says_no_name_and_no_password() -> None:
    environment = Unguarded.made().environment

    assert environment["SUYUAN_KAFKA_SECURITY_PROTOCOL"] == "PLAINTEXT"
    assert (environment["SUYUAN_KAFKA_USERNAME"], environment["SUYUAN_KAFKA_PASSWORD"]) == ("", "")
    assert ADMIN not in str(environment)
