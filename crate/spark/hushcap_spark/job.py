"""One day's verdicts: read, join, judge, write."""

import dataclasses
import hashlib
import os
import sys
import time

from pyspark import StorageLevel
from pyspark.sql import functions as F

from . import core
from .join import KEY, Day
from .judge import ROWS, Judge
from .tables import LOGS, NOTES, MissingTable, Tables, following
from .traits import Traits

FLAGGED = "malware-like"
SORTED = [*KEY, "kind", "ts", "uid"]


@dataclasses.dataclass
class Options:
    """How days are judged."""

    model: str | None = None
    profile: str | None = None
    optional: tuple = ()
    memory: int = core.MEMORY
    rows: int = ROWS


class Job:
    """Judges days. `say` is told of the progress."""

    def __init__(self, tables, options=None, say=None):
        self.tables, self.spark = tables, tables.spark
        self.options = options or Options()
        self.say = say or (lambda text: print(text, file=sys.stderr, flush=True))
        module = core.Module.load(core.wasm())
        self.sha256 = module.sha256
        self.wasm = self.spark.sparkContext.broadcast(core.wasm())
        self.compiled = self.spark.sparkContext.broadcast(module.serialize())
        models = tables.declared["models"]
        wanted = self.options.model or models[0]["name"]
        known = {model["name"]: model["sha256"] for model in models}
        if wanted not in known:
            raise ValueError(f"there is no model {wanted}; known are: {', '.join(known)}")
        self.model, self.model_sha256 = wanted, known[wanted]
        self.profile, self.profile_name = None, None
        if self.options.profile:
            with open(self.options.profile, encoding="utf-8") as file:
                self.profile = file.read()
            digest = hashlib.sha256(self.profile.encode()).hexdigest()
            self.profile_name = f"{os.path.basename(self.options.profile)} {digest}"

    def plan(self, day):
        """What a run of the day would read and write, as lines."""
        self.tables.require(day, [log for log in LOGS if log not in self.options.optional])
        lines = [f"{day}: model {self.model} ({self.model_sha256[:12]}), core {self.sha256[:12]}, profile {self.profile_name}"]
        for log in LOGS:
            days = [day] if log == "conn" else [following(day, at) for at in (-1, 0, 1)]
            for one in sorted(set(days) & self.tables.days(log)):
                place = self.tables.partition_location(log, {"day": one})
                lines.append(f"  reads {log} of {one}: {self._size(place)} in {place}")
        old = self.tables.partition_location("verdicts", {"day": day})
        lines.append(f"  writes verdicts of {day}" + (f", replaces {self._size(old)} in {old}" if old else ""))
        lines.append(f"  writes bad_rows of {day}")
        return lines

    def _size(self, place):
        path = self.spark._jvm.org.apache.hadoop.fs.Path(place)
        files = path.getFileSystem(self.spark._jsc.hadoopConfiguration())
        return f"{files.getContentSummary(path).getLength():,} bytes" if files.exists(path) else "nothing"

    def run(self, day):
        """Judges the day; gives how many tuples, and how many of them are flagged."""
        began = time.monotonic()
        records = Day(self.tables, day, self.options.optional)
        counts = records.account()
        window = [counts.pop("first") or 0.0, counts.pop("last") or 0.0]
        connections = counts.pop("connections")
        self.say(f"{day}: {connections} connections, read after {time.monotonic() - began:.1f} s")
        judged = self.judged(records, window).persist(StorageLevel.DISK_ONLY)
        try:
            total, flagged = judged.where("note IS NULL").agg(
                F.count("*"), F.count_if(F.col("verdict") == FLAGGED)
            ).first()
            self.say(f"{day}: {total} tuples judged, {flagged} flagged, after {time.monotonic() - began:.1f} s")
            self.tables.replace("verdicts", {"day": day}, self._named(self.told(judged)))
            self._write_bad_rows(day, judged, counts)
        finally:
            judged.unpersist()
        self.say(f"{day}: written after {time.monotonic() - began:.1f} s")
        return total, flagged

    def judged(self, records, window):
        """Verdicts before the hosts are told, and notes."""
        declared = self.tables.declared
        records.lookup_window, records.lookups = declared["lookup_window"], declared["lookups"]
        sessions = records.sessions()
        rows = records.rows(sessions, Traits(self._judge(None).answers))
        configuration = {"model": self.model, "profile": self.profile, "window": window}
        schema = ", ".join(f"`{name}` {kind}" for name, kind in declared["verdicts"])
        ordered = rows.repartition(*KEY).sortWithinPartitions(*SORTED)
        return ordered.mapInArrow(self._judge(configuration).verdicts, schema)

    def _judge(self, configuration):
        return Judge(self.wasm, self.compiled, configuration, self.options.memory, self.options.rows)

    def told(self, judged):
        """Verdicts with what their hosts' other destinations tell."""
        verdicts = judged.where("note IS NULL").drop(*NOTES)
        is_flagged = F.col("verdict") == FLAGGED
        hosts = verdicts.where(is_flagged).groupBy("orig_h").agg(F.count("*").alias("flagged"))
        others = F.coalesce("flagged", F.lit(0)) - F.when(is_flagged, 1).otherwise(0)
        with_others = verdicts.join(hosts, "orig_h", "left").withColumn("others", others).drop("flagged")
        alone = with_others.where("others = 0").drop("others")
        among = with_others.where("others > 0")
        told = among.mapInArrow(self._judge(None).told, among.schema).drop("others")
        return alone.unionByName(told)

    def _named(self, verdicts):
        """Adds what judged them."""
        lit = lambda value: F.lit(value).cast("string")  # noqa: E731
        return verdicts.withColumns({
            "model": lit(self.model),
            "model_sha256": lit(self.model_sha256),
            "core_sha256": lit(self.sha256),
            "profile": lit(self.profile_name),
        })

    def _write_bad_rows(self, day, judged, counts):
        of_tuples = judged.where("note IS NOT NULL").select(
            F.concat_ws(" ", *KEY).alias("source"), F.col("note").alias("kind"), "count"
        )
        of_tables = [(table, kind, count) for kind, count in counts.items() if count for table in [kind.split("_")[0]]]
        rows = self.spark.createDataFrame(of_tables, "source string, kind string, count bigint").unionByName(of_tuples)
        self.tables.replace("bad_rows", {"day": day, "stage": "job"}, rows)

    def run_all(self, days):
        """Judges each day alone; one that fails is told and does not stop the others. Gives the days that failed."""
        failed = []
        for at, day in enumerate(days, 1):
            self.say(f"day {at} of {len(days)}: {day}")
            try:
                self.run(day)
            except MissingTable as missing:
                failed.append(day)
                self.say(f"{day} failed: {missing}")
            except Exception as error:  # noqa: BLE001 - whatever it was, the other days are not to blame
                failed.append(day)
                self.say(f"{day} failed: {str(error).splitlines()[0]}")
        if failed:
            self.say(f"{len(failed)} of {len(days)} days failed: {', '.join(failed)}")
        return failed
