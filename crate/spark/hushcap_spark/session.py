"""A Spark session for the job."""

import os
import tempfile
import zipfile

from pyspark.sql import SparkSession


def session(master=None, warehouse=None, metastore=None, name="hushcap", settings=()):
    """The session, with Hive's tables. Without a master the one that spark-submit chose.

    Without `metastore` whatever `hive-site.xml` says is used. A folder is for Derby inside this process: one process at a time.
    A `thrift://` address is a metastore of its own.
    """
    builder = SparkSession.builder.appName(name).enableHiveSupport()
    if master:
        builder = builder.master(master)
    chosen = {
        # Times of logs are UTC; days must not depend on where the job runs.
        "spark.sql.session.timeZone": "UTC",
        # A day's rows of one tuple reach the core together; batches bound what a worker holds at once.
        "spark.sql.execution.arrow.maxRecordsPerBatch": "10000",
        "spark.sql.parquet.compression.codec": "zstd",
    }
    if warehouse:
        chosen["spark.sql.warehouse.dir"] = os.path.abspath(warehouse)
    if metastore and "://" in metastore:
        chosen["spark.hadoop.hive.metastore.uris"] = metastore
    elif metastore:
        place = os.path.abspath(metastore)
        chosen["spark.hadoop.javax.jdo.option.ConnectionURL"] = f"jdbc:derby:;databaseName={place};create=true"
        chosen["spark.driver.extraJavaOptions"] = f"-Dderby.stream.error.file={place}.log"
    for key, value in (*chosen.items(), *settings):
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    if not spark.sparkContext.master.startswith("local"):
        spark.sparkContext.addPyFile(_package())
    return spark


def _package():
    """This package as a file that workers import from. They need pyarrow and wasmtime themselves."""
    folder = os.path.dirname(os.path.abspath(__file__))
    path = os.path.join(tempfile.mkdtemp(prefix="hushcap-"), "hushcap_spark.zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(os.listdir(folder)):
            if name.endswith((".py", ".wasm")):
                archive.write(os.path.join(folder, name), f"hushcap_spark/{name}")
    return path
