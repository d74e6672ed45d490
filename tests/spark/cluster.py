"""A standalone master, workers and a metastore on loopback, started and ended by a test."""

import os
import pathlib
import signal
import socket
import subprocess
import time

import pyspark

HOME = pathlib.Path(pyspark.__file__).parent
SPARK_CLASS = HOME / "bin" / "spark-class"


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def wait_for(port, process, seconds=240):
    """Waits until something listens at the port."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with socket.socket() as one:
            one.settimeout(1)
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert process.poll() is None, f"{process.args} ended with {process.returncode}"
        time.sleep(0.2)
    raise TimeoutError(f"nothing listens at {port} after {seconds} s")


class Cluster:
    """A master and workers with one core each."""

    def __init__(self, place, workers=2, memory="900m"):
        self.place, self.port, self.processes = pathlib.Path(place), free_port(), []
        self.place.mkdir(parents=True, exist_ok=True)
        master = self._start("master", "org.apache.spark.deploy.master.Master", "--host", "127.0.0.1",
                             "--port", self.port, "--webui-port", 0)
        wait_for(self.port, master)
        self.workers = [
            self._start(f"worker{at}", "org.apache.spark.deploy.worker.Worker", "--host", "127.0.0.1", "--cores", 1, "--memory", memory,
                        "--webui-port", 0, "--work-dir", self.place / f"work{at}", self.master)
            for at in range(workers)
        ]

    @property
    def master(self):
        return f"spark://127.0.0.1:{self.port}"

    def _start(self, name, *arguments):
        log = open(self.place / f"{name}.log", "w", encoding="utf-8")
        environment = {**os.environ, "SPARK_HOME": str(HOME), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_DAEMON_MEMORY": "256m",
                       "SPARK_NO_DAEMONIZE": "1"}
        process = subprocess.Popen([SPARK_CLASS, *map(str, arguments)], stdout=log, stderr=log, start_new_session=True,
                                   env=environment)
        self.processes.append(process)
        return process

    def kill(self, process):
        """Ends a worker at once, its executor with it."""
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()

    def close(self):
        for process in reversed(self.processes):
            self.kill(process)
