"""How time and memory grow with the number of connections. `cargo xtask bench --batch` calls it.

Each size is measured stage by stage in one process, in turns, so that the ratios are of one machine in one state. A task's
memory is the greatest of Spark's own peak for it and of its Python worker's.
"""

import argparse
import os
import pathlib
import shutil
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from hushcap_spark.generate import fill  # noqa: E402
from hushcap_spark.job import SORTED, Job, Options  # noqa: E402
from hushcap_spark.join import KEY, Day  # noqa: E402
from hushcap_spark.session import session  # noqa: E402
from hushcap_spark.tables import Tables  # noqa: E402
from hushcap_spark.traits import Traits  # noqa: E402


def cpu():
    """CPU seconds of this process and of all its descendants: JVM and Python workers."""
    ticks, parents, used = os.sysconf("SC_CLK_TCK"), {}, {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                fields = pathlib.Path(f"/proc/{entry}/stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            parents[int(entry)], used[int(entry)] = int(fields[1]), sum(map(int, fields[11:15])) / ticks
    mine = {os.getpid()}
    while more := {child for child, parent in parents.items() if parent in mine} - mine:
        mine |= more
    return sum(used[process] for process in mine if process in used)


def stages(spark):
    """Bytes shuffled and the greatest memory of a task so far, as Spark's own status store has them."""
    store = spark.sparkContext._jsc.sc().statusStore()
    found = store.stageList(None)
    shuffled = peak = 0
    for at in range(found.size()):
        stage = found.apply(at)
        shuffled += stage.shuffleWriteBytes()
        peak = max(peak, stage.peakExecutionMemory())
    return shuffled, peak


class Watch:
    """Time, CPU time and shuffled bytes of a stage."""

    def __init__(self, spark, count):
        self.spark, self.count, self.lines = spark, count, {}

    def __call__(self, name, run):
        wall, used, shuffled = time.monotonic(), cpu(), stages(self.spark)[0]
        result = run()
        wall, used = time.monotonic() - wall, cpu() - used
        self.lines[name] = (wall, used, stages(self.spark)[0] - shuffled)
        print(f"  {self.count:>9}  {name:<12} {wall:8.1f} s  {used:8.1f} CPU s  {self.count / max(used, 1e-9):>10,.0f} rows/CPU s"
              f"  {(stages(self.spark)[0] - shuffled) / self.count:7.0f} B shuffled a row", flush=True)
        return result


def measure(tables, day, count, options, **skew):
    spark, watch = tables.spark, Watch(tables.spark, count)
    watch("generate", lambda: fill(tables, day, count, **skew))
    job = Job(tables, options, say=lambda _: None)
    records = Day(tables, day, ())
    records.lookup_window, records.lookups = tables.declared["lookup_window"], tables.declared["lookups"]
    rows = records.rows(records.sessions(), Traits(job._judge(None).answers)).repartition(*KEY).sortWithinPartitions(*SORTED)
    watch("join", lambda: rows.write.format("noop").mode("overwrite").save())
    watch("whole run", lambda: job.run(day))
    return watch.lines


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--master", default="local[2]")
    parser.add_argument("--place", type=pathlib.Path, default=pathlib.Path("target/batch-bench"))
    parser.add_argument("--counts", default="1000000,2000000,4000000")
    parser.add_argument("--hot-tuple", type=int, default=0, help="connections of one 4-tuple")
    parser.add_argument("--hot-host", type=float, default=0.0, help="share of one host")
    parser.add_argument("--driver-memory", default="3g")
    args = parser.parse_args()
    shutil.rmtree(args.place, ignore_errors=True)
    args.place.mkdir(parents=True)
    settings = (("spark.driver.memory", args.driver_memory), ("spark.sql.shuffle.partitions", "16"), ("spark.ui.enabled", "false"))
    spark = session(args.master, args.place / "warehouse", str(args.place / "metastore"), settings=settings)
    tables = Tables(spark)
    tables.create()
    options, lines = Options(), {}
    for at, count in enumerate(int(one) for one in args.counts.split(",")):
        lines[count] = measure(tables, f"2024-0{1 + at}-15", count, options, hot_tuple=args.hot_tuple, hot_host=args.hot_host)
    first = min(lines)
    for count, of_count in lines.items():
        ratios = ", ".join(f"{name} {of_count[name][1] / lines[first][name][1]:.2f}" for name in of_count)
        print(f"{count} rows are {count / first:.1f} times {first}; CPU time is {ratios} times as much")
    print(f"greatest execution memory of a stage: {stages(spark)[1]:,} B")
    spark.stop()


if __name__ == "__main__":
    main()
