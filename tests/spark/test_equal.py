"""The job says what `hushcap analyze` says, bit for bit."""

import argparse
import gzip
import json
import pathlib
import shutil

import pytest
from conftest import ROOT, assert_equal, key_of, shared, verdicts
from hushcap_spark import cli
from hushcap_spark.job import Job, Options
from hushcap_spark.load import load

GOLDEN = sorted(path.name for path in (ROOT / "tests" / "golden").iterdir() if path.is_dir())

# What `cargo xtask test` leaves to a run of all of them.
SMALL = {"beacon.pcap", "certificates.pcap", "browsing.pcap", "visit.pcapng.gz", "quic.pcap", "apt29_day1_NASHUA", "slips_test10",
         "sliver_mtls_2025", "warmcookie_host_2024"}
CAPTURES = ["beacon.pcap", "certificates.pcap", "browsing.pcap", "versions.pcap", "visit.pcapng.gz", "quic.pcap"]
SETS = ["apt29_day1_NASHUA", "apt29_day1_SCRANTON", "apt29_day2_UTICA-A", "apt29_day2_UTICA-D",
        "apt29_day2_UTICA-ONE-DRIVE", "ctu50_008", "ctu50_010", "ctu50_011", "ctu50_012", "slips_test10",
        "sliver_beacon_2025", "sliver_mtls_2025", "trickbot_week_2018", "warmcookie_host_2024"]


def each(names):
    return [name if name in SMALL else pytest.param(name, marks=pytest.mark.slow) for name in names]


def judged(tables, path, day):
    load(tables, [str(path)], day=day)
    optional = tuple(log for log in ("x509", "dns") if day not in tables.days(log))
    Job(tables, Options(optional=optional)).run(day)
    return verdicts(tables, day)


def day_of(number):
    """Days that are no neighbours of each other."""
    return f"{2000 + number}-01-15"


@pytest.mark.parametrize("name", each(CAPTURES))
def test_capture(tables, report, name):
    path = ROOT / "tests" / "fixtures" / name
    rows = judged(tables, path, day_of(CAPTURES.index(name)))
    assert_equal(rows, report(path), tables.declared["features"])


@pytest.mark.parametrize("name", each(GOLDEN))
def test_logs_of_a_fixture(tables, report, name):
    path = ROOT / "tests" / "golden" / name
    rows = judged(tables, path, day_of(20 + GOLDEN.index(name)))
    assert_equal(rows, report(path), tables.declared["features"])


@pytest.mark.parametrize("name", each(SETS))
def test_log_set_of_others(tables, report, name):
    path = shared(pathlib.Path("corpus") / "zeek" / name)
    rows = judged(tables, path, day_of(60 + SETS.index(name)))
    assert rows
    assert_equal(rows, report(path), tables.declared["features"])


def test_order_of_rows_and_files_does_not_matter(tables, report, hushcap, tmp_path):
    """Rotated and compressed logs, their rows in another order."""
    logs, rotated = tmp_path / "logs", tmp_path / "rotated"
    hushcap("logs", "--out", logs, ROOT / "tests" / "fixtures" / "browsing.pcap")
    rotated.mkdir()
    for path in logs.iterdir():
        lines = path.read_text().splitlines(keepends=True)
        head = [line for line in lines if line.startswith("#")]
        rows = [line for line in lines if not line.startswith("#")][::-1]
        for part in range(2):
            with gzip.open(rotated / f"{path.stem}.{part}.log.gz", "wt") as file:
                file.writelines(head + rows[part::2])
    shutil.copy(ROOT / "tests" / "fixtures" / "README.md", rotated / "README.md")
    day = day_of(90)
    assert_equal(judged(tables, rotated, day), report(logs), tables.declared["features"])


def test_partitions_and_batches_do_not_matter(tables, spark):
    """The same rows in one partition and in many, in batches of seven rows: each value has the same bits."""
    day = day_of(91)
    load(tables, [str(ROOT / "tests" / "fixtures" / "browsing.pcap")], day=day)

    def run(partitions, rows):
        spark.conf.set("spark.sql.shuffle.partitions", partitions)
        spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", rows)
        Job(tables).run(day)
        return sorted(repr(row) for row in verdicts(tables, day))

    try:
        whole = run(1, 100_000)
        assert run(13, 7) == whole
    finally:
        spark.conf.set("spark.sql.shuffle.partitions", 4)
        spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", 10_000)


def test_profile_of_a_network(tables, report, hushcap, tmp_path):
    capture, profile = ROOT / "tests" / "fixtures" / "browsing.pcap", tmp_path / "profile.json"
    hushcap("calibrate", "--share", "30", "--out", profile, capture)
    wanted = json.loads(hushcap("analyze", "--json", "--profile", profile, capture))
    day = day_of(92)
    load(tables, [str(capture)], day=day)
    Job(tables, Options(profile=str(profile))).run(day)
    rows = verdicts(tables, day)
    assert all(row["profile"].startswith("profile.json ") and row["profile_verdict"] for row in rows)
    assert_equal(rows, wanted, tables.declared["features"])


def test_exported_rows_open_on_the_command_line(tables, hushcap, tmp_path):
    """The analyst's way from the table: the same lines as `hushcap analyze` prints, then all of one tuple."""
    capture, day, out = ROOT / "tests" / "fixtures" / "beacon.pcap", day_of(93), tmp_path / "rows.jsonl"
    load(tables, [str(capture)], day=day)
    Job(tables).run(day)
    cli.COMMANDS["export"](tables, argparse.Namespace(day=day, out=str(out)))

    def table(text):
        lines = text.rstrip("\n").splitlines()
        return lines[next(at for at, line in enumerate(lines) if line.startswith(" score")):]

    assert table(hushcap("verdicts", "--brief", out)) == table(hushcap("analyze", "--brief", capture))
    flagged = next(row for row in verdicts(tables, day) if row["verdict"] == "malware-like")
    told = hushcap("verdicts", "--tuple", " ".join(str(part) for part in key_of(flagged)), out)
    assert flagged["sentence"] in told and f"day: {day}" in told and flagged["model_sha256"] in told
    assert f"{flagged['explanation'][0]['contribution']:+.4f}  {flagged['explanation'][0]['feature']} = " in told
    out.write_text(out.read_text() + "no row\n")
    assert table(hushcap("verdicts", "--brief", out)) == table(hushcap("analyze", "--brief", capture))
