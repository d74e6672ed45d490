"""What the rules know of ports, names and services: asked of the core once for each distinct one, so that no rule is here."""

from pyspark.sql import functions as F

from .join import KEY, column, known

ASKED = "what string, text string, number bigint"


class Traits:
    """Answers of the core as tables. `answer` maps batches of questions to batches of answers."""

    def __init__(self, answer):
        self._answer = answer

    def _true(self, questions):
        """The questions whose answer is yes."""
        answered = questions.distinct().mapInArrow(self._answer, ASKED + ", holds boolean")
        return answered.where("holds").drop("holds")

    def _ports(self, what, ports):
        asked = ports.select(F.lit(what).alias("what"), F.lit("").alias("text"), F.col("port").cast("bigint").alias("number"))
        return self._true(asked).select(F.col("number").cast("int").alias("port"))

    def _texts(self, what, texts):
        asked = texts.select(F.lit(what).alias("what"), "text", F.lit(None).cast("bigint").alias("number"))
        return self._true(asked).select("text")

    def mail_servers(self, of_tuples):
        """To how many servers each host sends mail over TLS."""
        service = column(of_tuples, "service").alias("text")
        ports = self._ports("mail_port", of_tuples.select(F.col("resp_p").alias("port")))
        services = self._texts("mail_service", of_tuples.select(service).where("text IS NOT NULL"))
        by_port = of_tuples.join(F.broadcast(ports), F.col("resp_p") == F.col("port"), "left_semi").select(*KEY)
        by_service = of_tuples.select(*KEY, service).join(F.broadcast(services), "text", "left_semi").select(*KEY)
        mail = by_port.union(by_service)
        return mail.groupBy("orig_h").agg(F.countDistinct("resp_h").alias("mail_servers"))

    def first_answered(self, dns):
        """When a resolver first answered each host."""
        replied = dns.where(column(dns, "rcode", "bigint").isNotNull())
        servers = replied.select(F.lit("resolver").alias("what"), F.col("id_resp_h").alias("text"),
                                 F.col("id_resp_p").cast("bigint").alias("number"))
        resolvers = self._true(servers).select(F.col("text").alias("id_resp_h"), F.col("number").cast("int").alias("id_resp_p"))
        answered = replied.join(resolvers, ["id_resp_h", "id_resp_p"], "left_semi")
        return answered.groupBy(F.col("id_orig_h").alias("orig_h")).agg(F.min("ts").alias("first_answered"))

    def encrypted_hosts(self, conn, ssl):
        """Hosts that ask DNS where nobody can read it."""
        replied = conn.where(column(conn, "resp_pkts", "bigint") > 0)
        ports = self._ports("encrypted_port", replied.select(F.col("id_resp_p").alias("port")))
        by_port = replied.join(F.broadcast(ports), F.col("id_resp_p") == F.col("port"), "left_semi").select("id_orig_h")
        named = ssl.select("id_orig_h", known(column(ssl, "server_name")).alias("text")).where("text IS NOT NULL")
        names = self._texts("encrypted_name", named.select("text"))
        by_name = named.join(names, "text", "left_semi").select("id_orig_h")
        hosts = by_port.union(by_name).select(F.col("id_orig_h").alias("orig_h")).distinct()
        return hosts.withColumn("encrypted_dns", F.lit(True))
