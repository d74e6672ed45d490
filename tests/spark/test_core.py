"""The module by itself: no imports, its limits, and what a worker does when an instance ends."""

import json

import pyarrow as pa
import pytest
from hushcap_spark.core import Core, CoreError, CoreTrap, Module, wasm
from hushcap_spark.judge import Judge, Task


class Broadcast:
    def __init__(self, value):
        self.value = value


@pytest.fixture(scope="module")
def module():
    return Module.load(wasm())


def table(tuples, rows_each=3):
    """Rows of TLS connections of so many tuples, sorted."""
    rows = []
    for at in range(tuples):
        server = f"198.51.100.{at}"
        for row in range(rows_each):
            uid, ts = f"C{at}_{row}", 100.0 + 60.0 * row
            ids = {"id_orig_h": "10.0.0.1", "id_orig_p": 40000 + row, "id_resp_h": server, "id_resp_p": 443}
            rows.append({
                "orig_h": "10.0.0.1", "resp_h": server, "resp_p": 443, "proto": "tcp", "kind": 0, "ts": ts, "uid": uid,
                "conn": {"ts": ts, "uid": uid, **ids, "proto": "tcp", "duration": 1.5, "orig_bytes": 500, "resp_bytes": 900,
                         "conn_state": "SF"},
                "ssl": {"ts": ts, "uid": uid, **ids, "version": "TLSv12", "server_name": f"host{at}.example"},
            })
    ids = [("id_orig_h", pa.string()), ("id_orig_p", pa.int32()), ("id_resp_h", pa.string()), ("id_resp_p", pa.int32())]
    conn = pa.struct([("ts", pa.float64()), ("uid", pa.string()), *ids, ("proto", pa.string()), ("duration", pa.float64()),
                      ("orig_bytes", pa.int64()), ("resp_bytes", pa.int64()), ("conn_state", pa.string())])
    ssl = pa.struct([("ts", pa.float64()), ("uid", pa.string()), *ids, ("version", pa.string()), ("server_name", pa.string())])
    none = pa.struct([("none", pa.string())])
    schema = pa.schema([("orig_h", pa.string()), ("resp_h", pa.string()), ("resp_p", pa.int32()), ("proto", pa.string()),
                        ("kind", pa.int32()), ("ts", pa.float64()), ("uid", pa.string()), ("conn", conn), ("ssl", ssl),
                        ("x509", none), ("dns", none), ("host", none)])
    return pa.RecordBatch.from_pylist(rows, schema=schema)


def judge(rows=1000, memory=1 << 30):
    return Judge(Broadcast(wasm()), Broadcast(None), {"model": None, "profile": None, "window": [100.0, 900.0]}, memory, rows)


def judged(task, batches):
    return pa.Table.from_batches(list(task.run(batches))).to_pylist()


def test_module_imports_nothing(module):
    assert list(module.module.imports) == []


def test_machine_code_of_the_driver_is_used_where_it_fits_and_ignored_where_not(module):
    Module._by_hash.clear()
    again = Module.load(wasm(), module.serialize())
    assert again.sha256 == module.sha256
    Module._by_hash.clear()
    assert Core(Module.load(wasm(), b"no machine code")).json("describe")["models"]


def test_what_is_wrong_is_said(module):
    core = Core(module)
    with pytest.raises(CoreError, match="configure must be called before"):
        core.call("judge", b"")
    with pytest.raises(CoreError, match="there is no"):
        core.json("configure", {"model": "none", "window": [0.0, 1.0]})
    core.json("configure", {"window": [0.0, 1.0]})
    with pytest.raises(CoreError, match="Arrow|columns"):
        core.call("judge", b"no table")


@pytest.mark.parametrize("size", [1, 2, 4, 5, 100])
def test_batches_of_any_size_give_the_same_verdicts(size):
    rows = table(5)
    whole = judged(Task(judge()), [rows])
    assert len(whole) == 5
    parts = [rows.slice(at, size) for at in range(0, rows.num_rows, size)]
    assert judged(Task(judge()), parts) == whole


def test_rows_of_a_hot_tuple_are_bounded_and_counted():
    rows = table(2, rows_each=50)
    parts = [rows.slice(at, 7) for at in range(0, rows.num_rows, 7)]
    found = judged(Task(judge(rows=20)), parts)
    verdicts = [row for row in found if row["note"] is None]
    assert [row["connections"] for row in verdicts] == [20, 20]
    assert [(row["note"], row["count"]) for row in found if row["note"]] == [("tuple_rows_left_out", 30)] * 2
    first = judged(Task(judge()), [table(2, rows_each=50).slice(0, 20)])
    assert verdicts[0] == first[0]


def test_tuple_that_ends_an_instance_is_named_and_left_out(monkeypatch):
    """A core that traps on one tuple: the others of its batch are judged, by another instance."""
    task = Task(judge())
    poisoned, call = "10.0.0.1 198.51.100.2 443 tcp", Core.batch

    def trap(self, function, batch):
        if function == "judge" and poisoned not in self.skip and "198.51.100.2" in batch.column("resp_h").to_pylist():
            raise CoreTrap(poisoned, "unreachable")
        return call(self, function, batch)

    configure = Core.json

    def remember(self, function, value=None):
        if function == "configure":
            self.skip = value["skip"]
        return configure(self, function, value)

    monkeypatch.setattr(Core, "json", remember)
    task.core.skip = []
    monkeypatch.setattr(Core, "batch", trap)
    found = judged(task, [table(4)])
    assert sorted(row["resp_h"] for row in found if row["note"] is None) == ["198.51.100.0", "198.51.100.1", "198.51.100.3"]
    assert [(row["resp_h"], row["note"]) for row in found if row["note"]] == [("198.51.100.2", "tuple_that_ended_the_core")]


def test_memory_that_does_not_suffice_ends_the_instance_and_names_the_tuple(module):
    """A real trap: the module cannot grow, and what it had in hand can still be read."""
    core = Core(module, memory=64 << 20)
    core.json("configure", {"window": [100.0, 900.0]})
    big = table(1, rows_each=60_000)
    with pytest.raises(CoreTrap) as trap:
        core.batch("judge", big)
    assert trap.value.tuple == "10.0.0.1 198.51.100.0 443 tcp"
    assert judged(Task(judge(rows=60_000)), [big])[0]["connections"] == 60_000


def test_columns_that_a_table_lacks_are_unknown(module):
    core = Core(module)
    core.json("configure", {"window": [100.0, 900.0]})
    row = core.batch("judge", table(1)).to_pylist()[0]
    features = dict(row["features"])
    assert features["n_records"] == 3.0 and "cert_path_len_mean" not in features
    assert json.loads(row["details"])["dns"]["state"] == "unknown"
