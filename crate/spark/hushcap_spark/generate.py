"""Connections made up for measurements: a site's day of any size, with as much skew as is asked for."""

from pyspark.sql import functions as F

START = 1_704_067_200.0
SECONDS = 86_400.0


def ids(tables, spark, count, hot_tuple=0, hot_host=0.0, partitions=None):
    """Connections with a number each. The first `hot_tuple` are of one 4-tuple; a share of `hot_host` is of one host."""
    n, chance = F.col("id"), F.rand(7)
    rows = spark.range(0, count, 1, partitions or max(count // 250_000, 2))
    host = F.when(chance < hot_host, F.lit(0)).otherwise(F.pmod(F.hash(n), F.lit(max(count // 100, 1))))
    server = F.pmod(F.xxhash64(n, F.lit(1)), F.lit(max(count // 50, 1)))
    # A host talks again and again to the same few servers.
    server = F.pmod(F.hash(host, F.pmod(server, F.lit(20))), F.lit(max(count // 20, 1)))
    is_hot = n < hot_tuple
    rows = rows.withColumns({"host": F.when(is_hot, -1).otherwise(host), "server": F.when(is_hot, -1).otherwise(server)})
    return rows.withColumns({
        "ts": F.lit(START) + F.pmod(F.xxhash64(n), F.lit(int(SECONDS * 1e6))) / F.lit(1e6),
        "uid": F.concat(F.lit("C"), F.hex("id")),
        "id_orig_h": address(F.lit("10"), "host"),
        "id_orig_p": (F.lit(32768) + F.pmod(n, F.lit(28000))).cast("int"),
        "id_resp_h": address(F.lit("198"), "server"),
        "id_resp_p": F.lit(443),
        "is_tls": is_hot | (F.pmod(F.hash("server"), F.lit(10)) < 7),
    })


def address(first, number):
    """An address for a number."""
    n = F.pmod(F.col(number), F.lit(1 << 24))
    byte = lambda shift: F.pmod(F.shiftright(n, shift), F.lit(256)).cast("string")  # noqa: E731
    return F.concat_ws(".", first, byte(16), byte(8), byte(0))


def fill(tables, day, count, **skew):
    """Replaces a day's tables by `count` connections: seven of ten with TLS, three of these with a certificate, and an answer
    of DNS for each fifth connection."""
    spark = tables.spark
    rows = ids(tables, spark, count, **skew)
    five = ["ts", "uid", "id_orig_h", "id_orig_p", "id_resp_h", "id_resp_p"]
    size = lambda salt, most: F.pmod(F.xxhash64("id", F.lit(salt)), F.lit(most))  # noqa: E731
    conn = rows.select(*five, F.lit("tcp").alias("proto"), F.lit("ssl").alias("service"),
                       (size(3, 60_000) / 1000.0).alias("duration"), size(4, 3000).alias("orig_bytes"),
                       size(5, 90_000).alias("resp_bytes"), F.lit("SF").alias("conn_state"), F.lit(0).cast("bigint").alias("missed_bytes"),
                       F.lit("ShADadFf").alias("history"), size(6, 40).alias("orig_pkts"), size(6, 5000).alias("orig_ip_bytes"),
                       size(7, 90).alias("resp_pkts"), size(7, 99_000).alias("resp_ip_bytes"))
    name = F.concat(F.lit("host"), F.col("server"), F.lit(".example.com"))
    has_certificate = F.pmod(F.hash("server"), F.lit(10)) < 3
    fingerprint = F.when(has_certificate, F.array(F.sha2(F.col("server").cast("string"), 256)))
    ssl = rows.where("is_tls").select(*five, F.lit("TLSv12").alias("version"), F.lit("TLS_AES_128_GCM_SHA256").alias("cipher"),
                                      name.alias("server_name"), F.lit(True).alias("established"),
                                      fingerprint.alias("cert_chain_fps"),
                                      F.lit("771,4865-4866-4867,0-23-65281-10-11,29-23-24,0").alias("ja3"))
    x509 = rows.where("is_tls").where(has_certificate).groupBy("server").agg(F.min("ts").alias("ts")).select(
        "ts", F.sha2(F.col("server").cast("string"), 256).alias("fingerprint"), F.lit(3).cast("bigint").alias("certificate_version"),
        F.hex("server").alias("certificate_serial"), F.concat(F.lit("CN="), name).alias("certificate_subject"),
        F.lit("CN=Example CA,O=Example,C=US").alias("certificate_issuer"),
        F.lit(START - 1e6).alias("certificate_not_valid_before"), F.lit(START + 7e6).alias("certificate_not_valid_after"),
        F.lit("rsa").alias("certificate_key_type"), F.lit(2048).cast("bigint").alias("certificate_key_length"),
        F.array(name, F.lit("*.example.com")).alias("san_dns"))
    dns = rows.where("pmod(id, 5) = 0").select(
        (F.col("ts") - 1.5).alias("ts"), F.concat(F.lit("D"), "uid").alias("uid"), "id_orig_h", "id_orig_p",
        F.lit("10.255.255.1").alias("id_resp_h"), F.lit(53).alias("id_resp_p"), F.lit("udp").alias("proto"),
        F.lit(0.02).alias("rtt"), name.alias("query"), F.lit(0).cast("bigint").alias("rcode"),
        F.array("id_resp_h").alias("answers"), F.array(F.lit(60.0)).alias("TTLs"))
    for log, made in (("conn", conn), ("ssl", ssl), ("x509", x509), ("dns", dns)):
        kinds = dict(tables.columns[log])
        known = {name.lower(): name for name in made.columns}
        columns = [F.col(known[n]).cast(kind).alias(n) if n in known else F.lit(None).cast(kind).alias(n) for n, kind in kinds.items()]
        tables.replace(log, {"day": day}, made.select(*columns))
