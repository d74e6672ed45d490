"""The whole run on a laptop: tables from the samples, the job, its verdicts exported. `cargo xtask batch --demo` calls it."""

import argparse
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from hushcap_spark.job import Job, Options  # noqa: E402
from hushcap_spark.load import load  # noqa: E402
from hushcap_spark.session import session  # noqa: E402
from hushcap_spark.tables import Tables  # noqa: E402

SAMPLES = pathlib.Path(__file__).resolve().parents[2] / "tests" / "fixtures"

# Days of the demonstration, and what was seen on each.
DAYS = {
    "2024-05-01": ["beacon.pcap"],
    "2024-05-02": ["browsing.pcap", "certificates.pcap"],
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--master", default="local[2]")
    parser.add_argument("--place", type=pathlib.Path, required=True)
    args = parser.parse_args()
    shutil.rmtree(args.place, ignore_errors=True)
    args.place.mkdir(parents=True)
    say = lambda text: print(f"· {text}", flush=True)  # noqa: E731
    say(f"Spark starts on {args.master}, with Derby as its metastore, below {args.place}")
    settings = (("spark.driver.memory", "2g"), ("spark.sql.shuffle.partitions", "4"), ("spark.ui.enabled", "false"))
    spark = session(args.master, args.place / "warehouse", str(args.place / "metastore"), settings=settings)
    tables = Tables(spark)
    tables.create()
    for day, names in DAYS.items():
        say(f"{day}: loads {', '.join(names)}")
        load(tables, [str(SAMPLES / name) for name in names], day=day, say=say)
    job = Job(tables, Options(), say=say)
    for day in DAYS:
        print("\n".join(job.plan(day)))
    failed = job.run_all(list(DAYS))
    counts = spark.table(tables.name("verdicts")).groupBy("day", "verdict").count().orderBy("day", "verdict")
    counts.show(truncate=False)
    rows = spark.table(tables.name("verdicts")).orderBy("score", ascending=False)
    with open(args.place / "verdicts.jsonl", "w", encoding="utf-8") as file:
        file.writelines(row + "\n" for row in rows.toJSON().toLocalIterator())
    say(f"the rows are in {args.place / 'verdicts.jsonl'}; `hushcap verdicts` opens them:")
    spark.stop()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
