"""Captures and Zeek logs → tables. A task opens its file by path and reads it piece by piece: no file is ever held whole."""

import os
import random
import sys

import pyarrow as pa
from pyspark import StorageLevel
from pyspark.sql import functions as F

from .core import MEMORY, Core, CoreError, CoreTrap, Module, wasm
from .tables import LOGS

# Bytes that are read at once.
PIECE = 1 << 20

# Rows of one batch that goes back to Spark.
BATCH = 4096


class Loader:
    """What a task needs to read a file."""

    def __init__(self, wasm_, compiled, declared, memory=MEMORY, drop_bad_checksums=False):
        self.wasm, self.compiled, self.memory = wasm_, compiled, memory
        self.columns = declared["tables"]
        self.drop_bad_checksums = drop_bad_checksums

    def schema(self):
        """Columns of what tasks give: a record of one of the logs, or a count of what could not be used."""
        logs = [f"`{log}` struct<{','.join(f'`{name}`:{kind}' for name, kind in self.columns[log])}>" for log in LOGS]
        return ", ".join(["source string", *logs, "note string", "count bigint"])

    def rows(self, batches):
        """The rows of files: a path each."""
        for batch in batches:
            for path in batch.column("path").to_pylist():
                yield from self._file(path)

    def _file(self, path):
        """The rows of one file. One that cannot be read is counted as such, and does not end the others."""
        core = Core(Module.load(self.wasm.value, self.compiled and self.compiled.value), self.memory)
        shape = None
        try:
            core.json("load_open", {
                "name": os.path.basename(path),
                "drop_bad_checksums": self.drop_bad_checksums,
                "seed": random.getrandbits(64),
            })
            shape = {log: _taken(core, log).schema for log in LOGS}
            with open(path, "rb") as file:
                while piece := file.read(PIECE):
                    core.call("load_push", piece)
                    yield from self._rows(core, shape, path, BATCH)
            counts = core.json("load_finish")
            yield from self._rows(core, shape, path, 1)
        except (CoreError, CoreTrap, OSError) as error:
            counts = {f"file_unreadable: {str(error).splitlines()[0]}": 1}
        if shape is None:
            raise CoreError(f"{path}: {next(iter(counts))}")
        for kind, count in counts.items():
            yield _batch(shape, path, None, None, note=kind, count=count)

    def _rows(self, core, shape, path, least):
        for log in LOGS:
            if int(core.call("load_count", log.encode())) >= least:
                taken = _taken(core, log)
                for start in range(0, taken.num_rows, BATCH):
                    yield _batch(shape, path, log, taken.slice(start, BATCH))


def _taken(core, log):
    return pa.ipc.open_stream(pa.py_buffer(core.call("load_take", log.encode()))).read_next_batch()


def _batch(shape, path, log, rows, note=None, count=None):
    """Rows of one log, the other logs' columns absent."""
    length = rows.num_rows if rows is not None else 1
    columns = {"source": pa.array([path] * length, pa.string())}
    for name in LOGS:
        kind = pa.struct(list(shape[name]))
        if name == log:
            columns[name] = pa.StructArray.from_arrays(rows.columns, fields=list(shape[name]))
        else:
            columns[name] = pa.nulls(length, kind)
    columns["note"] = pa.array([note] * length, pa.string())
    columns["count"] = pa.array([count] * length, pa.int64())
    return pa.RecordBatch.from_pydict(columns)


def files_of(paths):
    """The files below paths: a directory stands for the files in it, as Zeek rotates them."""
    files = []
    for path in paths:
        if os.path.isdir(path):
            inside = sorted(os.path.join(path, name) for name in os.listdir(path) if not name.startswith("."))
            files += [name for name in inside if os.path.isfile(name)]
        else:
            files.append(path)
    return [os.path.abspath(path) for path in files]


def load(tables, paths, day=None, memory=MEMORY, drop_bad_checksums=False, say=None):
    """Fills the tables from captures, Zeek logs and directories of Zeek logs. All rows become those of `day`; without it a row
    is of the day (UTC) of its time. What the tables had of these days is replaced. Gives the days."""
    say = say or (lambda text: print(text, file=sys.stderr, flush=True))
    spark = tables.spark
    files = files_of(paths)
    if not files:
        raise FileNotFoundError(f"no file below {', '.join(paths)}")
    module = Module.load(wasm())
    context = spark.sparkContext
    loader = Loader(context.broadcast(wasm()), context.broadcast(module.serialize()), tables.declared, memory, drop_bad_checksums)
    slices = context.parallelize([(path,) for path in files], len(files))
    named = spark.createDataFrame(slices, "path string")
    loaded = named.mapInArrow(loader.rows, loader.schema()).persist(StorageLevel.DISK_ONLY)
    try:
        counts = loaded.agg(*[F.count(log).alias(log) for log in LOGS]).first().asDict()
        say(f"{len(files)} files: " + ", ".join(f"{count} {log}" for log, count in counts.items()))
        days = set()
        for log in LOGS:
            rows = loaded.where(F.col(log).isNotNull()).select(f"{log}.*")
            rows = rows.withColumn("_day", F.lit(day) if day else _day_of("ts"))
            of_log = [day] if day else sorted(row[0] for row in rows.select("_day").distinct().collect())
            days |= set(of_log)
            for one in of_log:
                if counts[log] or log in ("conn", "ssl"):
                    tables.replace(log, {"day": one}, rows.where(F.col("_day") == one))
        for one in sorted(days):
            notes = loaded.where("note IS NOT NULL").groupBy("source", F.col("note").alias("kind")).agg(F.sum("count").alias("count"))
            tables.replace("bad_rows", {"day": one, "stage": "load"}, notes)
        return sorted(days)
    finally:
        loaded.unpersist()


def _day_of(ts):
    """The day of a time, UTC, whatever the session's time zone."""
    days = F.floor(F.col(ts) / 86400).cast("int")
    return F.date_add(F.lit("1970-01-01").cast("date"), days).cast("string")
