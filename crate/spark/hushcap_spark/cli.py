"""The command line: load, run, bad-rows, export, describe."""

import argparse
import json
import os
import sys

from .core import MEMORY, described
from .judge import ROWS
from .tables import LOGS, MissingTable, Tables, days_between


def arguments():
    parser = argparse.ArgumentParser(prog="hushcap-spark", description="Hushcap's analysis as a Spark job over Hive tables.")
    parser.add_argument("--master", help="Spark's master, such as local[2] or spark://host:7077; else what spark-submit chose")
    parser.add_argument("--database", default="hushcap", help="database of the tables (%(default)s)")
    parser.add_argument("--warehouse", help="folder for new tables; else what Spark's configuration says")
    parser.add_argument("--metastore", help="thrift:// address, or folder for an embedded Derby; else what hive-site.xml says")
    parser.add_argument("--conf", action="append", default=[], metavar="KEY=VALUE", help="a setting of Spark")
    parser.add_argument("--core-memory", type=int, default=MEMORY, metavar="BYTES", help="memory of one core (%(default)s)")
    commands = parser.add_subparsers(dest="command", required=True)

    load = commands.add_parser("load", help="fill the tables from captures and Zeek logs")
    load.add_argument("paths", nargs="+", metavar="PATH", help="captures, logs or directories of logs, as the workers see them")
    load.add_argument("--day", help="the day that all rows are of; else each is of the day (UTC) of its time")
    load.add_argument("--drop-bad-checksums", action="store_true", help="drop packets whose checksum is wrong")

    run = commands.add_parser("run", help="judge days")
    run.add_argument("--day", help="the day to judge")
    run.add_argument("--from", dest="first", help="first of several days")
    run.add_argument("--to", dest="last", help="last of them")
    run.add_argument("--optional", default="", metavar="TABLES", help="tables that a day may lack: x509,dns")
    run.add_argument("--model", help="model that scores; else the default")
    run.add_argument("--profile", metavar="FILE", help="profile of this network, which hushcap calibrate made")
    run.add_argument("--rows", type=int, default=ROWS, help="connections that are kept of one tuple (%(default)s)")
    run.add_argument("--dry-run", action="store_true", help="print what would be read and written")

    export = commands.add_parser("export", help="write a day's verdicts as JSON lines, which `hushcap verdicts` opens")
    export.add_argument("--day", required=True)
    export.add_argument("--out", required=True, metavar="FILE")

    bad = commands.add_parser("bad-rows", help="print what could not be used of a day")
    bad.add_argument("--day", required=True)

    commands.add_parser("describe", help="print what the core declares, as JSON")
    return parser


def main(argv=None):
    args = arguments().parse_args(argv)
    if args.command == "describe":
        json.dump(described(), sys.stdout, indent=1)
        return 0
    if args.command == "run" and not (args.day or (args.first and args.last)):
        arguments().error("run needs --day, or --from and --to")
    from .session import session

    settings = [tuple(setting.split("=", 1)) for setting in args.conf]
    spark = session(args.master, args.warehouse, args.metastore, settings=settings)
    try:
        return COMMANDS[args.command](Tables(spark, args.database), args)
    finally:
        spark.stop()


def _load(tables, args):
    from .load import load

    tables.create()
    days = load(tables, args.paths, args.day, args.core_memory, args.drop_bad_checksums)
    print(f"loaded {', '.join(days)}")
    return 0


def _run(tables, args):
    from .job import Job, Options

    optional = tuple(name for name in args.optional.split(",") if name)
    wrong = set(optional) - set(LOGS[2:])
    if wrong:
        sys.exit(f"only x509 and dns may be lacking, not {', '.join(sorted(wrong))}")
    days = [args.day] if args.day else days_between(args.first, args.last)
    if not args.dry_run:
        tables.create()
    job = Job(tables, Options(args.model, args.profile, optional, args.core_memory, args.rows))
    if args.dry_run:
        failed = 0
        for day in days:
            try:
                print("\n".join(job.plan(day)))
            except MissingTable as missing:
                failed += 1
                print(missing)
        return 1 if failed else 0
    return 1 if job.run_all(days) else 0


def _export(tables, args):
    rows = tables.spark.table(tables.name("verdicts")).where(f"day = '{_checked(args.day)}'")
    part = f"{args.out}.part"
    count = 0
    with open(part, "w", encoding="utf-8") as file:
        for row in rows.orderBy("score", ascending=False).toJSON().toLocalIterator():
            file.write(row + "\n")
            count += 1
    os.replace(part, args.out)
    print(f"{count} verdicts of {args.day} in {args.out}")
    return 0


def _bad_rows(tables, args):
    rows = tables.spark.table(tables.name("bad_rows")).where(f"day = '{_checked(args.day)}'")
    for row in rows.orderBy("stage", "source", "kind").toLocalIterator():
        print(f"{row['stage']}\t{row['count']}\t{row['kind']}\t{row['source']}")
    return 0


def _checked(day):
    return days_between(day, day)[0]


COMMANDS = {"load": _load, "run": _run, "export": _export, "bad-rows": _bad_rows}
