"""What the tests of the batch job share: one session on local[2] with an embedded metastore, and the command line beside it."""

import json
import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "crate" / "spark"))
# Workers are processes of their own.
os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT / "crate" / "spark"), os.environ.get("PYTHONPATH", "")])
os.environ["PYSPARK_PYTHON"] = sys.executable

SETTINGS = (
    ("spark.ui.enabled", "false"),
    ("spark.driver.memory", "2g"),
    ("spark.sql.shuffle.partitions", "2"),
    ("spark.default.parallelism", "2"),
    # A day of a test is so small that Spark would take longer to compile its plan than to interpret it.
    ("spark.sql.codegen.wholeStage", "false"),
    ("spark.sql.codegen.factoryMode", "NO_CODEGEN"),
)


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: more of the same, left out of `cargo xtask test`")


@pytest.fixture(scope="session")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("hushcap")


@pytest.fixture(scope="session")
def spark(place):
    from hushcap_spark.session import session

    spark = session("local[2]", place / "warehouse", str(place / "metastore"), settings=SETTINGS)
    yield spark
    spark.stop()


@pytest.fixture(scope="session")
def tables(spark):
    from hushcap_spark.tables import Tables

    tables = Tables(spark, "hushcap_test")
    tables.create()
    return tables


@pytest.fixture(scope="session")
def hushcap():
    """The command line of the same source."""
    binary = os.environ.get("HUSHCAP_BIN", str(ROOT / "target" / "debug" / "hushcap"))

    def run(*arguments, check=True):
        return subprocess.run([binary, *map(str, arguments)], capture_output=True, text=True, check=check).stdout

    return run


@pytest.fixture(scope="session")
def report(hushcap):
    """The Report of an input."""
    return lambda path: json.loads(hushcap("analyze", "--json", path))


def shared(below):
    """A folder of reference data; the test is skipped where it is absent."""
    path = pathlib.Path(os.environ.get("HUSHCAP_SHARED", ROOT.parent / "shared")) / below
    if not path.exists():
        pytest.skip(f"{path} is not here (HUSHCAP_SHARED names the folder of reference data)")
    return path


def assert_equal(rows, report, features):
    """Rows of the table of verdicts say what the Report says: the same tuples, and every number with the same bits."""
    found = {key_of(row): entry_of(row, features) for row in rows}
    wanted = {key_of(tuple_): tuple_ for tuple_ in report["tuples"]}
    assert len(rows) == len(found)
    assert sorted(found) == sorted(wanted)
    for key, entry in wanted.items():
        for name in {*entry, *found[key]}:
            assert bits(found[key].get(name)) == bits(entry.get(name)), f"{key}: {name}"


def key_of(entry):
    return (entry["orig_h"], entry["resp_h"], entry["resp_p"], entry["proto"])


def entry_of(row, features):
    """The Report's entry that a row stands for."""
    values = {name: row["features"].get(name) for name in features}
    shares = [(share["feature"], share["contribution"]) for share in row["explanation"]]
    told = {name for name, _ in shares}
    shares += [(name, 0.0) for name in features if name not in told]
    same = ("orig_h", "resp_h", "resp_p", "proto", "score", "raw", "base", "verdict", "profile_verdict", "sentence",
            "connections", "server_names", "purpose")
    return {
        **{name: row[name] for name in same},
        "features": values,
        "explanation": [{"feature": n, "value": values[n], "contribution": c} for n, c in shares],
        "evidence": json.loads(row["evidence"]),
        **json.loads(row["details"]),
    }


def bits(value):
    """A value in which floats are told apart by their bits; zeros of both signs are one, as shares of nothing are."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (int, float)):
        return float(value + 0.0).hex() if value else (0.0).hex()
    if isinstance(value, dict):
        return {name: bits(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [bits(inner) for inner in value]
    return value


def verdicts(tables, day):
    """A day's verdicts as plain dictionaries."""
    rows = tables.spark.table(tables.name("verdicts")).where(f"day = '{day}'").collect()
    return [row.asDict(recursive=True) for row in rows]


def bad_rows(tables, day, stage):
    """What could not be used of a day, by kind."""
    rows = tables.spark.table(tables.name("bad_rows")).where(f"day = '{day}' AND stage = '{stage}'")
    return {row["kind"]: row["total"] for row in rows.groupBy("kind").agg({"count": "sum"}).withColumnRenamed("sum(count)", "total").collect()}
