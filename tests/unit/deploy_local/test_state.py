"""What a data folder keeps: ports that stay the same between starts, and outlive the data."""

import json
import socket
from pathlib import Path

from deploy.local.state import STACK_PORTS, forget_data, keep_ports, load_state

NAMES = ["intake-0.ops", "portal-0.ops", "portal-0.http"]


def test_ports_stay_the_same_between_starts(tmp_path: Path) -> None:
    servers = {name: load_state(tmp_path)[name] for name in STACK_PORTS}
    first = keep_ports(tmp_path, NAMES)
    again = {name: load_state(tmp_path)[name] for name in STACK_PORTS}

    assert keep_ports(tmp_path, [*NAMES, "portal-1.ops"]).items() > first.items()
    assert again == servers
    assert len({*first.values(), *servers.values()}) == len(first) + len(servers)


def test_only_a_port_that_another_program_has_is_given_up(tmp_path: Path) -> None:
    load_state(tmp_path)
    first = keep_ports(tmp_path, NAMES)
    with socket.socket() as other:
        other.bind(("127.0.0.1", first["portal-0.ops"]))
        other.listen()
        second = keep_ports(tmp_path, NAMES)

    changed = {name for name in NAMES if first[name] != second[name]}
    assert changed == {"portal-0.ops"}


def test_no_new_port_of_a_server_is_one_that_a_service_has(tmp_path: Path) -> None:
    state = load_state(tmp_path)
    ports = {"portal-0.http": state["kafka_port"]}
    (tmp_path / "stack.json").write_text(json.dumps({**state, "ports": ports}))

    assert load_state(tmp_path)["kafka_port"] != ports["portal-0.http"]


def test_addresses_outlive_the_data_and_nothing_else_does(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    folder.mkdir()
    before = load_state(folder)
    kept = keep_ports(folder, NAMES)
    (folder / "kafka").mkdir()
    (folder / "keys.json").write_text("{}")

    forget_data(folder)

    assert [one.name for one in folder.iterdir()] == ["stack.json"]
    after = load_state(folder)
    assert {name: after[name] for name in STACK_PORTS} == {name: before[name] for name in STACK_PORTS}
    assert keep_ports(folder, NAMES) == kept
    assert after["mongo_root"] != before["mongo_root"]
    assert after["cluster_id"] != before["cluster_id"]


def test_a_folder_without_readable_ports_is_deleted_all_the_same(tmp_path: Path) -> None:
    for number, text in enumerate((None, "{", "[]")):
        folder = tmp_path / str(number)
        folder.mkdir()
        if text is not None:
            (folder / "stack.json").write_text(text)
        forget_data(folder)
        assert not folder.exists()
