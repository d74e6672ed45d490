"""Tables in Hive: what they are made of, what a day of them holds, and how a day is replaced in one step."""

import datetime
import uuid
from urllib.parse import urlparse

from pyspark.sql import functions as F
from pyspark.sql import types as T

from . import core

LOGS = ("conn", "ssl", "x509", "dns")

# Columns of the tables that no log has.
VERDICTS_MORE = (("model", "string"), ("model_sha256", "string"), ("core_sha256", "string"), ("profile", "string"))
BAD_ROWS = (("source", "string"), ("kind", "string"), ("count", "bigint"))

# Columns of the core's table that only rows without a verdict have.
NOTES = ("note", "count")


class MissingTable(Exception):
    """A day lacks a table; the message names both."""


def following(day, days):
    """The day so many days later."""
    return (datetime.date.fromisoformat(day) + datetime.timedelta(days=days)).isoformat()


def days_between(first, last):
    """All days from the first to the last."""
    count = (datetime.date.fromisoformat(last) - datetime.date.fromisoformat(first)).days
    return [following(first, at) for at in range(count + 1)]


class Tables:
    """The tables of one database."""

    def __init__(self, spark, database="hushcap"):
        self.spark, self.database = spark, database
        self.declared = core.described()
        verdicts = [(name, kind) for name, kind in self.declared["verdicts"] if name not in NOTES]
        self.columns = {log: [tuple(column) for column in self.declared["tables"][log]] for log in LOGS}
        self.columns |= {"verdicts": [*verdicts, *VERDICTS_MORE], "bad_rows": list(BAD_ROWS)}
        self.partitions = {name: ["day"] for name in self.columns} | {"bad_rows": ["day", "stage"]}

    def name(self, table):
        return f"`{self.database}`.`{table}`"

    def create(self):
        """Makes the database and the tables that are not there."""
        self.spark.sql(f"CREATE DATABASE IF NOT EXISTS `{self.database}`")
        for table, columns in self.columns.items():
            if self.spark.catalog.tableExists(f"{self.database}.{table}"):
                continue
            keys = self.partitions[table]
            fields = ", ".join(f"`{name}` {kind}" for name, kind in [*columns, *((key, "string") for key in keys)])
            self.spark.sql(f"CREATE TABLE {self.name(table)} ({fields}) USING parquet PARTITIONED BY ({', '.join(keys)})")

    def exists(self, table):
        return self.spark.catalog.tableExists(f"{self.database}.{table}")

    def days(self, table):
        """Days of which a table has a partition."""
        if not self.exists(table):
            return set()
        rows = self.spark.sql(f"SHOW PARTITIONS {self.name(table)}").collect()
        return {part.split("=", 1)[1] for row in rows for part in row[0].split("/") if part.startswith("day=")}

    def require(self, day, needed):
        """Fails unless the day has all of these tables."""
        missing = [table for table in needed if day not in self.days(table)]
        if missing:
            raise MissingTable(f"{day} lacks {', '.join(missing)}: {self._known(missing)}")

    def _known(self, missing):
        known = {table: sorted(self.days(table)) for table in missing}
        told = [f"{table} has {f'{days[0]} to {days[-1]}' if days else 'no day'}" for table, days in known.items()]
        return "; ".join(told)

    def read(self, table, days):
        """Rows of these days with the declared columns that the table has, in the declared types."""
        kept = sorted(set(days) & self.days(table))
        if not kept:
            return self.spark.createDataFrame([], self._schema(table).add("day", "string"))
        rows, found = self._source(table, kept)
        selected = [_cast(*found[field.name], field) for field in self._schema(table) if field.name in found]
        return rows.select(*selected, F.col("day").cast("string").alias("day"))

    def unreadable(self, table, day):
        """Cells of a day that hold what their column cannot hold here: they are read as absent."""
        if day not in self.days(table):
            return 0
        rows, found = self._source(table, [day])
        fields = [field for field in self._schema(table) if field.name in found and found[field.name][1] != field.dataType]
        if not fields:
            return 0
        lost = [F.count_if(found[f.name][0].isNotNull() & _cast(*found[f.name], f).isNull()) for f in fields]
        return sum(rows.agg(*lost).first())

    def _schema(self, table):
        return T.StructType.fromDDL(", ".join(f"`{name}` {kind}" for name, kind in self.columns[table]))

    def _source(self, table, days):
        """Rows of these days as they are, and their columns by our names."""
        rows = self.spark.table(self.name(table))
        day = rows.schema["day"].dataType
        rows = rows.where(F.col("day").isin([F.lit(one).cast(day) for one in days]))
        return rows, _columns(rows.schema)

    def location(self, table):
        described = self.spark.sql(f"DESCRIBE FORMATTED {self.name(table)}").collect()
        return next(row[1] for row in described if row[0] == "Location").rstrip("/")

    def partition_location(self, table, partition):
        """Where the files of a partition are; None where there is no such partition."""
        wanted = "/".join(f"{name}={value}" for name, value in partition.items())
        rows = self.spark.sql(f"SHOW PARTITIONS {self.name(table)}").collect()
        if wanted not in {row[0] for row in rows}:
            return None
        described = self.spark.sql(f"DESCRIBE FORMATTED {self.name(table)} {_spec(partition)}").collect()
        inside = [row[1] for row in described if row[0] == "Location"]
        return inside[0].rstrip("/")

    def replace(self, table, partition, rows):
        """Writes rows beside the table, then makes them the partition: one change of the metastore, so that a reader sees the
        old rows or the new ones, and a run that ends before leaves the old ones. Gives where they are."""
        new = f"{self.location(table)}/_runs/{'/'.join(f'{k}={v}' for k, v in partition.items())}/{uuid.uuid4().hex}"
        columns = [f"`{name}`" for name, _ in self.columns[table]]
        rows.select(*columns).write.mode("error").option("compression", "zstd").parquet(new)
        old = self.partition_location(table, partition)
        if old is None:
            self.spark.sql(f"ALTER TABLE {self.name(table)} ADD PARTITION {_spec(partition, False)} LOCATION '{new}'")
        else:
            self.spark.sql(f"ALTER TABLE {self.name(table)} {_spec(partition)} SET LOCATION '{new}'")
        self.spark.catalog.refreshTable(f"{self.database}.{table}")
        self._sweep(new, {new, old})
        return new

    def _sweep(self, new, kept):
        """Removes what earlier runs of the partition left. The rows before stay, for queries that have begun."""
        jvm = self.spark._jvm
        path = jvm.org.apache.hadoop.fs.Path(new).getParent()
        files = path.getFileSystem(self.spark._jsc.hadoopConfiguration())
        names = {urlparse(place).path.rstrip("/").rsplit("/", 1)[-1] for place in kept if place}
        for status in files.listStatus(path):
            if status.getPath().getName() not in names:
                files.delete(status.getPath(), True)


def _spec(partition, parenthesis=True):
    inner = ", ".join(f"`{name}`='{value}'" for name, value in partition.items())
    return f"PARTITION ({inner})" if parenthesis else f"({inner})"


def _columns(schema):
    """Columns by their names in our tables: `id.orig_h`, `id_orig_h` and a struct `id` are one."""
    found = {}
    for field in schema:
        if isinstance(field.dataType, T.StructType):
            for inner in field.dataType:
                found.setdefault(_plain(f"{field.name}.{inner.name}"), (F.col(f"`{field.name}`.`{inner.name}`"), inner.dataType))
        else:
            found[_plain(field.name)] = (F.col(f"`{field.name}`"), field.dataType)
    return found


def _plain(name):
    return name.replace(".", "_").lower()


def _cast(column, kind, field):
    if isinstance(kind, T.TimestampType) and isinstance(field.dataType, T.DoubleType):
        column = F.unix_micros(column) / F.lit(1_000_000)
    elif kind != field.dataType:
        column = column.try_cast(field.dataType)
    return column.alias(field.name)
