"""A day is replaced in one step: run twice it is there once, and a run that is killed leaves what was there."""

import os
import pathlib
import signal
import subprocess
import sys
import time

import pytest
from conftest import ROOT, verdicts
from hushcap_spark.job import Job
from hushcap_spark.load import load

CAPTURE = ROOT / "tests" / "fixtures" / "browsing.pcap"


def test_day_that_is_run_twice_is_there_once(tables):
    day = "2022-01-01"
    load(tables, [str(CAPTURE)], day=day)
    load(tables, [str(CAPTURE)], day=day)
    Job(tables).run(day)
    first, place = verdicts(tables, day), tables.partition_location("verdicts", {"day": day})
    Job(tables).run(day)
    again = tables.partition_location("verdicts", {"day": day})
    assert again != place
    assert sorted(map(repr, verdicts(tables, day))) == sorted(map(repr, first))
    counted = tables.spark.table(tables.name("conn")).where(f"day = '{day}'")
    assert counted.count() == counted.select("uid").distinct().count()


def test_runs_before_the_last_are_removed(tables):
    day = "2022-02-01"
    load(tables, [str(CAPTURE)], day=day)
    for _ in range(4):
        Job(tables).run(day)
    place = pathlib.Path(tables.partition_location("verdicts", {"day": day}).removeprefix("file:"))
    assert len([one for one in place.parent.iterdir() if not one.name.startswith(".")]) == 2


def test_write_that_fails_leaves_the_old_day_whole(tables, spark):
    from pyspark.sql import functions as F

    day = "2022-03-01"
    load(tables, [str(CAPTURE)], day=day)
    Job(tables).run(day)
    before = sorted(map(repr, verdicts(tables, day)))
    rows = tables.read("verdicts", [day])
    broken = rows.withColumn("score", F.when(F.col("score") >= 0, F.raise_error(F.lit("in the middle"))).otherwise(F.lit(0.0)))
    with pytest.raises(Exception, match="in the middle"):
        tables.replace("verdicts", {"day": day}, broken)
    assert sorted(map(repr, verdicts(tables, day))) == before


KILLED = """
import sys, time
from hushcap_spark.session import session
from hushcap_spark.tables import Tables
from hushcap_spark.job import Job
from hushcap_spark.load import load
place, capture, step = sys.argv[1:4]
spark = session("local[2]", place + "/warehouse", place + "/metastore", settings=(("spark.ui.enabled", "false"),
    ("spark.sql.shuffle.partitions", "4"), ("spark.driver.memory", "1g")))
tables = Tables(spark)
tables.create()
day = "2022-04-01"
if step == "prepare":
    load(tables, [capture], day=day)
    Job(tables).run(day)
elif step == "slow":
    from pyspark.sql import functions as F
    import pyspark.sql.types as T
    def slow(batches):
        for batch in batches:
            for at in range(batch.num_rows):
                yield batch.slice(at, 1)
                time.sleep(1.0)
    rows = tables.read("verdicts", [day]).drop("day")
    tables.replace("verdicts", {"day": day}, rows.mapInArrow(slow, rows.schema))
rows = spark.table(tables.name("verdicts")).where(f"day = '{day}'").collect()
print("ROWS", len(rows), hash(tuple(sorted(map(repr, rows)))))
spark.stop()
"""


def test_process_that_is_killed_while_it_writes_leaves_the_old_day_whole(tmp_path):
    def start(step):
        arguments = [sys.executable, "-c", KILLED, str(tmp_path), str(CAPTURE), step]
        environment = {**os.environ, "PYTHONHASHSEED": "1"}
        return subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, start_new_session=True, env=environment)

    def told(process):
        out, _ = process.communicate(timeout=400)
        return next(line for line in out.splitlines() if line.startswith("ROWS"))

    before = told(start("prepare"))
    assert not before.startswith("ROWS 0")
    slow = start("slow")
    runs = tmp_path / "warehouse" / "hushcap.db" / "verdicts" / "_runs" / "day=2022-04-01"
    deadline = time.monotonic() + 300
    # A second run's folder: it is being written.
    while len(list(runs.iterdir())) < 2 and slow.poll() is None and time.monotonic() < deadline:
        time.sleep(0.1)
    assert slow.poll() is None and len(list(runs.iterdir())) == 2
    os.killpg(slow.pid, signal.SIGKILL)
    slow.wait()
    # Derby's lock is of the process that is gone.
    assert told(start("read")) == before
