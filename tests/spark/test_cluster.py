"""The same on a standalone master with two workers on loopback, also when one of them is killed in mid-run."""

import json
import os
import subprocess
import sys

import pytest
from cluster import Cluster
from conftest import ROOT, assert_equal

CAPTURE = ROOT / "tests" / "fixtures" / "browsing.pcap"

DRIVER = """
import json, sys
from hushcap_spark.generate import fill
from hushcap_spark.job import Job
from hushcap_spark.load import load
from hushcap_spark.session import session
from hushcap_spark.tables import Tables
master, place, capture = sys.argv[1:4]
spark = session(master, place + "/warehouse", place + "/metastore", settings=(
    ("spark.ui.enabled", "false"), ("spark.driver.memory", "800m"), ("spark.executor.memory", "700m"), ("spark.executor.cores", "1"),
    ("spark.sql.shuffle.partitions", "6"), ("spark.driver.host", "127.0.0.1"), ("spark.driver.bindAddress", "127.0.0.1"),
    ("spark.executorEnv.PYTHONPATH", ""), ("spark.network.timeout", "300s")))
tables = Tables(spark)
tables.create()

def rows(day, name):
    found = spark.table(tables.name("verdicts")).where(f"day = '{day}'").collect()
    with open(f"{place}/{name}.json", "w") as file:
        json.dump([row.asDict(recursive=True) for row in found], file)
    print("ROWS", name, len(found), flush=True)

load(tables, [capture], day="2024-01-15")
Job(tables).run("2024-01-15")
rows("2024-01-15", "capture")
day = "2024-06-15"
fill(tables, day, 20000)
Job(tables).run(day)
rows(day, "whole")
def executors():
    print("EXECUTORS", spark.sparkContext._jsc.sc().getExecutorMemoryStatus().size() - 1, flush=True)
executors()
Job(tables, say=lambda text: print("SAY", text, flush=True)).run(day)
executors()
rows(day, "killed")
spark.stop()
"""


@pytest.fixture
def cluster(tmp_path):
    cluster = Cluster(tmp_path / "cluster")
    yield cluster
    cluster.close()


def test_workers_judge_the_same_and_one_may_be_killed(cluster, tables, report, tmp_path):
    environment = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1"}
    arguments = [sys.executable, "-c", DRIVER, cluster.master, str(tmp_path), str(CAPTURE)]
    driver = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, env=environment)
    told = []
    for line in driver.stdout:
        told.append(line.strip())
        if "connections, read after" in line and not any(one.startswith("KILLED") for one in told):
            # The joins begin now.
            cluster.kill(cluster.workers[0])
            told.append("KILLED")
    assert driver.wait(timeout=600) == 0, told
    assert "KILLED" in told and [one for one in told if one.startswith("EXECUTORS")] == ["EXECUTORS 2", "EXECUTORS 1"], told
    found = {name: json.loads((tmp_path / f"{name}.json").read_text()) for name in ("capture", "whole", "killed")}
    assert_equal(found["capture"], report(CAPTURE), tables.declared["features"])
    assert len(found["whole"]) > 1000
    assert sorted(map(repr, found["killed"])) == sorted(map(repr, found["whole"]))
