"""Records of one day, joined in Spark SQL to rows that a tuple's verdict needs.

A row is for one 4-tuple and holds one record: a connection with its handshake (kind 0), a certificate that a handshake names
(1), an exchange of DNS that concerns the tuple (2), or what else is known of its host (3). Certificates and look-ups stand
beside the connections instead of in each of them, so that a tuple's certificate is shuffled once.

A connection is the day's whose conn row is in the day's partition. Whatever belongs to it may be in the day before or after.
"""

from pyspark.sql import Window
from pyspark.sql import functions as F

from .tables import LOGS, following

KEY = ["orig_h", "resp_h", "resp_p", "proto"]
RECORDS = ["conn", "ssl", "x509", "dns", "host"]
CONN, X509, DNS, HOST = range(4)

# What a row needs to be of any use.
USABLE = {
    "conn": " AND ".join(f"{name} IS NOT NULL" for name in ("ts", "uid", "id_orig_h", "id_orig_p", "id_resp_h", "id_resp_p")),
    "ssl": "uid IS NOT NULL AND ts IS NOT NULL",
    "x509": "ts IS NOT NULL",
    "dns": "ts IS NOT NULL AND uid IS NOT NULL AND id_orig_h IS NOT NULL",
}

HOST_TYPE = "struct<encrypted_dns:boolean,mail_servers:bigint,first_answered:double>"


def record(rows, name):
    """All columns of a log's rows as one."""
    return F.struct(*[column for column in rows.columns if column != "day"]).alias(name)


def column(rows, name, kind="string"):
    """A column, or null where the table lacks it."""
    return F.col(name) if name in rows.columns else F.lit(None).cast(kind)


def known(text):
    """Text, unless it is one of the signs for "unset" and "empty"."""
    return F.when(~text.isin("", "-", "(empty)"), text)


def key_of(rows):
    """The 4-tuple of conn rows. Where a log does not say the protocol, it is TCP."""
    proto = F.lower(F.coalesce(column(rows, "proto"), F.lit("tcp")))
    return [
        F.col("id_orig_h").alias("orig_h"),
        F.col("id_resp_h").alias("resp_h"),
        F.col("id_resp_p").cast("int").alias("resp_p"),
        F.when(proto.isin("tcp", "udp", "icmp"), proto).otherwise("unknown_transport").alias("proto"),
    ]


def first_by(rows, *names):
    """The earliest row of each; of those at one time, always the same."""
    order = [F.col("ts")] + [F.hash(*[c for c in rows.columns if c not in ("ts", "day")])]
    place = F.row_number().over(Window.partitionBy(*names).orderBy(*order))
    return rows.withColumn("_place", place).where("_place = 1").drop("_place")


def first_of_chain(ssl):
    """The identifier of the server's own certificate: file identifiers in older logs, fingerprints since. An empty list has
    no first element, which ANSI mode makes an error for `list[0]`."""
    older = column(ssl, "cert_chain_fuids", "array<string>")
    newer = column(ssl, "cert_chain_fps", "array<string>")
    chain = F.when(F.size(older) > 0, older).otherwise(newer)
    return F.get(F.filter(chain, lambda name: name != ""), 0)


class Day:
    """The records of one day, and the rows that its tuples need."""

    def __init__(self, tables, day, optional=()):
        tables.require(day, [log for log in ("conn", "ssl", "x509", "dns") if log not in optional])
        near = [following(day, days) for days in (-1, 0, 1)]
        self.day, self.tables = day, tables
        conn = tables.read("conn", [day])
        self.all_conn = conn
        self.conn = conn.where(USABLE["conn"])
        ssl = tables.read("ssl", near)
        self.all_ssl = ssl
        self.ssl = ssl.where(USABLE["ssl"])
        self.all_x509, self.all_dns = tables.read("x509", near), tables.read("dns", near)
        self.x509 = self.all_x509.where(USABLE["x509"])
        self.dns = self.all_dns.where(USABLE["dns"])
        self.near_conn = tables.read("conn", [near[0], near[2]])
        # Where nobody asked DNS at all, that is all there is to say of any host.
        self.has_dns = bool(self.dns.take(1))
        self.has_x509 = bool(set(near) & tables.days("x509"))

    def account(self):
        """The time that the day covers, and what of its rows is no connection's, counted in one pass over the uids."""
        conn = self.all_conn.select(
            "uid", "ts", F.when(F.expr(USABLE["conn"]), "conn").otherwise("bad_conn").alias("what")
        )
        near = self.near_conn.select("uid", F.lit(None).cast("double").alias("ts"), F.lit("near").alias("what"))
        ssl = self.all_ssl.where(F.col("day") == self.day).select(
            "uid",
            F.lit(None).cast("double").alias("ts"),
            F.when(F.expr(USABLE["ssl"]), "ssl").otherwise("bad_ssl").alias("what"),
        )
        count = lambda what: F.count_if(F.col("what") == what)  # noqa: E731
        by_uid = (
            conn.unionByName(near)
            .unionByName(ssl)
            .groupBy("uid")
            .agg(
                F.min(F.when(F.col("what") == "conn", F.col("ts"))).alias("first"),
                F.max(F.when(F.col("what") == "conn", F.col("ts"))).alias("last"),
                *[count(what).alias(what) for what in ("conn", "bad_conn", "near", "ssl", "bad_ssl")],
            )
        )
        total = lambda value: F.coalesce(F.sum(value), F.lit(0))  # noqa: E731
        row = by_uid.agg(
            F.min("first").alias("first"),
            F.max("last").alias("last"),
            total(F.col("conn")).alias("connections"),
            total(F.col("bad_conn")).alias("conn_row_without_usable_key"),
            total(F.col("bad_ssl")).alias("ssl_row_without_usable_key"),
            total(F.greatest(F.col("conn") - 1, F.lit(0))).alias("conn_uid_duplicate"),
            total(F.when(F.col("conn") + F.col("near") == 0, F.col("ssl")).otherwise(0)).alias("ssl_row_without_conn"),
        ).first()
        counts = row.asDict()
        for log, rows in (("x509", self.all_x509), ("dns", self.all_dns)):
            bad = rows.where(F.col("day") == self.day).where(f"NOT ({USABLE[log]})").count()
            counts[f"{log}_row_without_usable_key"] = bad
        for log in LOGS:
            counts[f"{log}_cell_unreadable"] = self.tables.unreadable(log, self.day)
        return counts

    def sessions(self):
        """Of each TLS connection its tuple, its certificate's identifier and its server name."""
        ssl = first_by(self.ssl.select("ts", "uid", first_of_chain(self.ssl).alias("certificate"),
                                       column(self.ssl, "server_name").alias("server_name"), "day"), "uid").drop("ts", "day")
        conn = self.conn.select("uid", *key_of(self.conn))
        return conn.join(ssl, "uid").drop("uid")

    def rows(self, sessions, traits):
        """All rows of all tuples. `traits` answers what the rules know of ports, names and services."""
        keys = sessions.select(*KEY).distinct()
        conn = self.conn.withColumns(dict(zip(KEY, key_of(self.conn), strict=True)))
        of_tuples = conn.join(keys, KEY, "left_semi")
        kinds = [self._connections(of_tuples)]
        if self.has_x509:
            kinds.append(self._certificates(sessions))
        starts = of_tuples.select(*KEY, "ts")
        if self.has_dns:
            from . import lookups

            kinds += lookups.rows(self.dns, sessions, keys, starts, tables_window=self.lookup_window, last=self.lookups)
        kinds.append(self._hosts(of_tuples, keys, traits))
        stream = kinds[0]
        for more in kinds[1:]:
            stream = stream.unionByName(more, allowMissingColumns=True)
        for name, rows in (("x509", self.x509), ("dns", self.dns)):
            if name not in stream.columns:
                stream = stream.withColumn(name, F.when(F.lit(False), F.struct(F.lit("").alias("none"))))
        return stream.select(*KEY, "kind", "ts", "uid", *RECORDS)

    def _connections(self, of_tuples):
        conn = first_by(of_tuples, "uid").select("uid", "ts", *KEY, record(self.conn, "conn"))
        ssl = first_by(self.ssl, "uid").select("uid", record(self.ssl, "ssl"))
        return conn.join(ssl, "uid", "left").select(*KEY, F.lit(CONN).alias("kind"), "ts", "uid", "conn", "ssl")

    def _certificates(self, sessions):
        names = F.array(column(self.x509, "id"), column(self.x509, "fingerprint"))
        named = self.x509.withColumn("certificate", F.explode(F.array_distinct(names)))
        named = named.where(known(F.col("certificate")).isNotNull())
        first = first_by(named, "certificate").select("certificate", "ts", record(self.x509, "x509"))
        wanted = sessions.where("certificate IS NOT NULL").select(*KEY, "certificate").distinct()
        joined = wanted.join(first, "certificate")
        return joined.select(*KEY, F.lit(X509).alias("kind"), "ts", F.col("certificate").alias("uid"), "x509")

    def _hosts(self, of_tuples, keys, traits):
        facts = traits.mail_servers(of_tuples)
        if self.has_dns:
            facts = facts.join(traits.first_answered(self.dns), "orig_h", "full")
            encrypted = traits.encrypted_hosts(self.conn, self.ssl.where(F.col("day") == self.day))
            facts = facts.join(encrypted, "orig_h", "full")
        else:
            facts = facts.withColumns({"first_answered": F.lit(None).cast("double"), "encrypted_dns": F.lit(False)})
        host = F.struct(
            F.coalesce("encrypted_dns", F.lit(False)).alias("encrypted_dns"),
            F.coalesce("mail_servers", F.lit(0)).alias("mail_servers"),
            F.col("first_answered").alias("first_answered"),
        )
        joined = keys.join(facts.select("orig_h", host.cast(HOST_TYPE).alias("host")), "orig_h")
        return joined.select(*KEY, F.lit(HOST).alias("kind"), F.lit(0.0).alias("ts"), F.lit("").alias("uid"), "host")
