"""Answers of DNS that concern a tuple, as rows beside its connections.

Of an address that its own host had looked up, the host's answers are the tuple's. Where none of them is within the window
before a connection, the latest of anybody are. How many count, and for how long, the core says; it also decides what they
mean. Here only those are chosen that it could ask for.
"""

from pyspark.sql import Window
from pyspark.sql import functions as F

from .join import DNS, KEY, column, known, record

CAPITALS, SMALL = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"


def normal(name):
    """A name in the form of queries: ASCII letters small, no dot at its end."""
    return F.rtrim(F.translate(name, CAPITALS, SMALL), F.lit("."))


def rows(dns, sessions, keys, starts, tables_window, last):
    """Rows of look-ups: answers that named the tuple's address, and when its host first asked for its server names."""
    answers = _answers(dns, keys)
    spans = starts.groupBy(*KEY).agg(F.min("ts").alias("begin"), F.max("ts").alias("end"))
    return [
        _own(answers, spans, tables_window),
        _anybodys(answers, starts, tables_window, last),
        _asked(dns, sessions),
    ]


def _answers(dns, keys):
    """A row for each address of a tuple that an answer names; `at` is when it came."""
    came = F.col("ts") + F.coalesce(column(dns, "rtt", "double"), F.lit(0.0))
    addresses = F.array_distinct(F.transform(column(dns, "answers", "array<string>"), lambda text: F.lower(text)))
    named = dns.select(
        F.explode(addresses).alias("resp_h"),
        F.col("id_orig_h").alias("asker"),
        came.alias("at"),
        "uid",
        column(dns, "query").alias("query"),
        record(dns, "dns"),
        F.xxhash64(*[name for name in dns.columns if name != "day"]).alias("tie"),
    )
    return named.join(keys.select("resp_h").distinct(), "resp_h", "left_semi")


def _row(found):
    return found.select(*KEY, F.lit(DNS).alias("kind"), F.col("at").alias("ts"), "uid", "dns")


def _own(answers, spans, window):
    own = spans.join(answers.withColumnRenamed("asker", "orig_h"), ["orig_h", "resp_h"])
    return _row(own.where((F.col("at") <= F.col("end")) & (F.col("at") >= F.col("begin") - F.lit(float(window)))))


def _anybodys(answers, starts, window, last):
    """For connections that no answer to their own host covers: the latest answers to others before them."""
    own = answers.select(F.col("asker").alias("orig_h"), "resp_h", F.col("at").alias("ts"), F.lit(0).alias("is_conn"))
    conns = starts.withColumn("is_conn", F.lit(1))
    before = Window.partitionBy("orig_h", "resp_h").orderBy("ts", "is_conn")
    latest = F.last(F.when(F.col("is_conn") == 0, F.col("ts")), ignorenulls=True).over(
        before.rowsBetween(Window.unboundedPreceding, Window.currentRow)
    )
    told = conns.unionByName(own, allowMissingColumns=True).withColumn("latest", latest)
    is_bare = F.col("latest").isNull() | (F.col("latest") < F.col("ts") - F.lit(float(window)))
    bare = told.where((F.col("is_conn") == 1) & is_bare).select(*KEY, "ts", "is_conn")
    # Each answer gets a number by time; a connection then names those that it may ask for.
    in_order = Window.partitionBy("resp_h").orderBy("ts", "is_conn", "uid", "query", "tie")
    number = F.sum(1 - F.col("is_conn")).over(in_order.rowsBetween(Window.unboundedPreceding, Window.currentRow))
    line = answers.select("resp_h", F.col("at").alias("ts"), "uid", "query", "tie", F.lit(0).alias("is_conn"))
    counted = bare.unionByName(line, allowMissingColumns=True).withColumn("number", number)
    ranges = counted.where("is_conn = 1 AND number > 0").select(*KEY, "number").distinct()
    first = F.greatest(F.col("number") - F.lit(last - 1), F.lit(1))
    wanted = ranges.select(*KEY, F.explode(F.sequence(first, F.col("number"))).alias("number")).distinct()
    numbered = answers.withColumns({"ts": F.col("at"), "is_conn": F.lit(0)}).withColumn("number", number)
    found = wanted.join(numbered, ["resp_h", "number"])
    # What the own host was told stands there already.
    return _row(found.where(F.col("asker") != F.col("orig_h")))


def _asked(dns, sessions):
    """When a host first asked for a name that it gives to a server: a row without an answer."""
    named = sessions.where(known(F.col("server_name")).isNotNull())
    names = named.select(*KEY, normal(F.col("server_name")).alias("name")).distinct()
    bare = {name: F.lit(None).cast(dns.schema[name].dataType) for name in ("answers", "rcode", "ttls") if name in dns.columns}
    query = column(dns, "query")
    asked = dns.withColumn("name", normal(query)).where(query.isNotNull()).withColumns(bare)
    asked = asked.join(names.select("orig_h", "name").distinct().withColumnRenamed("orig_h", "id_orig_h"),
                       ["id_orig_h", "name"], "left_semi")
    first = asked.groupBy(F.col("id_orig_h").alias("orig_h"), "name").agg(
        F.min_by(record(dns, "dns"), F.struct("ts", "uid")).alias("dns"), F.min("ts").alias("at")
    )
    return _row(names.join(first, ["orig_h", "name"]).withColumn("uid", F.col("name")))
