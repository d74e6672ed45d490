"""A metastore of its own: Hive's service from Spark's jars, over PostgreSQL where that is installed, else over Derby."""

import glob
import json
import os
import pathlib
import shutil
import subprocess
import sys

import pytest
from cluster import HOME, SPARK_CLASS, free_port, wait_for
from conftest import ROOT, assert_equal

CAPTURE = ROOT / "tests" / "fixtures" / "beacon.pcap"
DRIVER_JAR = "/usr/share/java/postgresql.jar"
POSTGRES = sorted(glob.glob("/usr/lib/postgresql/*/bin"))

CLIENT = """
import json, sys
from hushcap_spark.job import Job
from hushcap_spark.load import load
from hushcap_spark.session import session
from hushcap_spark.tables import Tables
place, metastore, step, capture = sys.argv[1:5]
spark = session("local[2]", place + "/warehouse", metastore, settings=(("spark.ui.enabled", "false"),
    ("spark.driver.memory", "800m"), ("spark.sql.shuffle.partitions", "2")))
tables = Tables(spark)
day = "2024-01-15"
if step == "load":
    tables.create()
    load(tables, [capture], day=day)
elif step == "run":
    Job(tables).run(day)
    found = spark.table(tables.name("verdicts")).where(f"day = '{day}'").collect()
    with open(place + "/rows.json", "w") as file:
        json.dump([row.asDict(recursive=True) for row in found], file)
spark.stop()
"""


class Postgres:
    """A server of its own in a folder. It refuses to run as root, so root runs it as nobody."""

    def __init__(self, place):
        self.port, self.data = free_port(), pathlib.Path(place) / "postgres"
        self.data.mkdir(parents=True)
        self.bin, self.user = pathlib.Path(POSTGRES[-1]), "postgres" if os.getuid() == 0 else None
        if self.user:
            for folder in [self.data, *self.data.parents][:4]:
                os.chmod(folder, 0o755)
            shutil.chown(self.data, self.user)
        self._run("initdb", "-D", str(self.data / "db"), "-A", "trust", "-U", "hive")
        self._run("pg_ctl", "-D", str(self.data / "db"), "-w", "-l", str(self.data / "log"), "-o",
                  f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.data}", "start")
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "hive", "metastore")

    def _run(self, program, *arguments):
        subprocess.run([self.bin / program, *arguments], check=True, user=self.user, cwd=self.data,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def close(self):
        self._run("pg_ctl", "-D", str(self.data / "db"), "-m", "immediate", "stop")

    def url(self):
        return f"jdbc:postgresql://127.0.0.1:{self.port}/metastore"


SITE = """<configuration>
<property><name>javax.jdo.option.ConnectionURL</name><value>{url}</value></property>
<property><name>javax.jdo.option.ConnectionDriverName</name><value>{driver}</value></property>
<property><name>javax.jdo.option.ConnectionUserName</name><value>hive</value></property>
<property><name>javax.jdo.option.ConnectionPassword</name><value></value></property>
<property><name>datanucleus.schema.autoCreateAll</name><value>true</value></property>
<property><name>hive.metastore.schema.verification</name><value>false</value></property>
<property><name>hive.metastore.warehouse.dir</name><value>{place}/warehouse</value></property>
</configuration>
"""


@pytest.mark.parametrize("kind", ["derby", "postgresql"])
def test_separate_metastore(kind, tables, report, tmp_path):
    if kind == "postgresql" and not (POSTGRES and os.path.exists(DRIVER_JAR)):
        pytest.skip("PostgreSQL is not here (Debian: apt-get install postgresql libpostgresql-jdbc-java)")
    server = Postgres(tmp_path) if kind == "postgresql" else None
    url = server.url() if server else f"jdbc:derby:;databaseName={tmp_path}/derby;create=true"
    driver = "org.postgresql.Driver" if server else "org.apache.derby.jdbc.EmbeddedDriver"
    conf = tmp_path / "conf"
    conf.mkdir()
    (conf / "hive-site.xml").write_text(SITE.format(url=url, driver=driver, place=tmp_path))
    port = free_port()
    environment = {**os.environ, "SPARK_HOME": str(HOME), "SPARK_CONF_DIR": str(conf), "HADOOP_CONF_DIR": str(conf),
                   "SPARK_DAEMON_MEMORY": "400m", "SPARK_DIST_CLASSPATH": f"{conf}:{DRIVER_JAR}", "CLASSPATH": f"{conf}:{DRIVER_JAR}"}
    with open(tmp_path / "metastore.log", "w", encoding="utf-8") as log:
        service = subprocess.Popen(
            ["java", "-Xmx400m", "-cp", f"{conf}:{HOME}/jars/*:{DRIVER_JAR}",
             "org.apache.hadoop.hive.metastore.HiveMetaStore", "-p", str(port)],
            stdout=log, stderr=log, env=environment, cwd=tmp_path, start_new_session=True)
    try:
        wait_for(port, service)
        address = f"thrift://127.0.0.1:{port}"
        # Two processes, one after the other: what the first made, the second finds in the metastore.
        for step in ("load", "run"):
            arguments = [sys.executable, "-c", CLIENT, str(tmp_path), address, step, str(CAPTURE)]
            subprocess.run(arguments, check=True, env={**os.environ, "SPARK_LOCAL_IP": "127.0.0.1"})
        rows = json.loads((tmp_path / "rows.json").read_text())
        assert rows
        assert_equal(rows, report(CAPTURE), tables.declared["features"])
    finally:
        service.kill()
        service.wait()
        if server:
            server.close()
