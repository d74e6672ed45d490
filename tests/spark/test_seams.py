"""Where days, tables and rows meet: midnight, both identifiers of certificates, look-ups, lacking tables, bad rows."""

import json

import pytest
from conftest import assert_equal, bad_rows, verdicts
from hushcap_spark.job import Job, Options
from hushcap_spark.load import load
from hushcap_spark.tables import MissingTable, following

IDS = {"id.orig_h": "10.0.0.1", "id.orig_p": 40000, "id.resp_h": "198.51.100.7", "id.resp_p": 443}
CERTIFICATE = {
    "certificate.version": 3, "certificate.serial": "01AB", "certificate.subject": "CN=a.example",
    "certificate.issuer": "CN=a.example", "certificate.not_valid_before": 1_600_000_000.0,
    "certificate.not_valid_after": 1_900_000_000.0, "certificate.key_alg": "rsaEncryption", "san.dns": ["a.example"],
}


def conn(ts, uid, **more):
    return {"ts": ts, "uid": uid, **IDS, "proto": "tcp", "duration": 1.25, "orig_bytes": 700, "resp_bytes": 4000,
            "conn_state": "SF", "orig_pkts": 9, "resp_pkts": 8, **more}


def ssl(ts, uid, **more):
    return {"ts": ts, "uid": uid, **IDS, "version": "TLSv12", "server_name": "a.example", **more}


def dns(ts, host, query, answers, **more):
    return {"ts": ts, "uid": f"D{ts}{host}", **IDS, "id.orig_h": host, "id.resp_h": "10.0.0.53", "id.resp_p": 53, "proto": "udp",
            "query": query, "rcode": 0, "rtt": 0.01, "answers": answers, "TTLs": [60.0] * len(answers), **more}


def write(folder, **logs):
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in logs.items():
        lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
        (folder / f"{name}.log").write_text("".join(line + "\n" for line in lines))
    return str(folder)


def run(tables, day):
    lacking = tuple(log for log in ("x509", "dns") if day not in tables.days(log))
    Job(tables, Options(optional=lacking)).run(day)
    return verdicts(tables, day)


def test_connection_over_midnight_is_one(tables, report, tmp_path):
    """Its conn row is in the day's partition, its handshake, certificate and look-up in the neighbours'."""
    day = "2021-03-02"
    midnight = 1_614_643_200.0
    rows = {
        "conn": [conn(midnight - 5.0, "C1"), conn(midnight + 60.0, "C2")],
        "ssl": [ssl(midnight + 1.0, "C1", cert_chain_fps=["aa"]), ssl(midnight + 60.1, "C2", cert_chain_fps=["aa"])],
        "x509": [{"ts": midnight + 1.0, "fingerprint": "aa", **CERTIFICATE}],
        "dns": [dns(midnight - 7200.0, "10.0.0.1", "a.example", ["198.51.100.7"])],
    }
    whole = report(write(tmp_path / "whole", **rows))
    before = write(tmp_path / "before", conn=[], ssl=[], dns=rows["dns"])
    load(tables, [before], day=following(day, -1))
    load(tables, [write(tmp_path / "day", conn=rows["conn"], ssl=rows["ssl"][1:], x509=[], dns=[])], day=day)
    load(tables, [write(tmp_path / "after", conn=[], ssl=rows["ssl"][:1], x509=rows["x509"])], day=following(day, 1))
    found = run(tables, day)
    assert [row["connections"] for row in found] == [2]
    assert_equal(found, whole, tables.declared["features"])
    assert run(tables, following(day, 1)) == []
    assert "ssl_row_without_conn" not in bad_rows(tables, following(day, 1), "job")


def test_both_identifiers_of_certificates_and_empty_lists(tables, report, tmp_path):
    rows = {
        "conn": [conn(100.0 + at, f"C{at}") for at in range(6)],
        "ssl": [
            ssl(100.0, "C0", cert_chain_fuids=["F1", "F9"]),
            ssl(101.0, "C1", cert_chain_fps=["bb", "cc"]),
            ssl(102.0, "C2", cert_chain_fps=[]),
            ssl(103.0, "C3", cert_chain_fuids=[], cert_chain_fps=["bb"]),
            ssl(104.0, "C4", cert_chain_fps=["", "bb"]),
            ssl(105.0, "C5"),
        ],
        # The same certificate three times, as Zeek writes it every hour: it counts once, and joins no connection twice.
        "x509": [{"ts": 100.0, "id": "F1", **CERTIFICATE}]
        + [{"ts": 90.0 + at, "fingerprint": "bb", **CERTIFICATE, "certificate.serial": f"0{at}"} for at in (5, 3, 4)],
    }
    path = write(tmp_path / "logs", **rows)
    load(tables, [path], day="2021-05-01")
    found = run(tables, "2021-05-01")
    assert found[0]["connections"] == 6 and found[0]["features"]["cert_count"] == 2.0
    assert_equal(found, report(path), tables.declared["features"])


def test_looked_up_names_are_of_the_host_within_the_window(tables, report, tmp_path):
    """Answers to the own host, to others where there are none, too old ones, other hosts' names, many at one time."""
    servers = [f"198.51.100.{at}" for at in range(1, 7)]
    day, to = 86_400.0, lambda server: {"id.resp_h": server}
    at = 10 * day
    conns = [conn(at + step, f"C{place}_{step}", **to(server)) for place, server in enumerate(servers) for step in (0, 50, 4000)]
    ssls = [ssl(row["ts"], row["uid"], server_name=name, **to(row["id.resp_h"]))
            for row, name in zip(conns, ["A.Example", None, "b.example", "front.example"] * 5, strict=False)]
    ssls = [{name: value for name, value in row.items() if value is not None} for row in ssls]
    answers = [
        dns(at - 10.0, "10.0.0.1", "a.example", ["alias.example", servers[0], servers[1]]),
        dns(at + 30.0, "10.0.0.1", "late.example", [servers[2]]),
        dns(at - day - 10.0, "10.0.0.1", "old.example", [servers[3]]),
        *[dns(at - 100.0 + step, "10.0.0.2", f"n{step}.example", [servers[3], servers[4]]) for step in range(60)],
        *[dns(at - 50.0, f"10.0.0.{host}", f"tie{host}.example", [servers[5]]) for host in range(3, 50)],
        dns(at + 20.0, "10.0.0.1", "front.example", []),
        {**dns(at - 500.0, "10.0.0.1", "b.example.", []), "id.resp_p": 5353, "id.resp_h": "224.0.0.251"},
    ]
    path = write(tmp_path / "logs", conn=conns, ssl=ssls, dns=answers, x509=[])
    load(tables, [path], day="2021-06-01")
    found = run(tables, "2021-06-01")
    assert len(found) == len(servers)
    states = {row["resp_h"]: json.loads(row["details"])["dns"]["state"] for row in found}
    assert states[servers[0]] == "looked-up" and states[servers[4]] == "looked-up"
    assert_equal(found, report(path), tables.declared["features"])


def test_hosts_tell_their_tuples(tables, report, tmp_path):
    """Encrypted DNS, mail to many servers and other flagged destinations are told from tuple to tuple."""
    conns, ssls, at = [], [], 1000.0
    for place in range(8):
        to = {"id.resp_h": f"203.0.113.{place}", "id.resp_p": 465}
        conns += [conn(at + 60.0 * beat, f"M{place}_{beat}", service="ssl,smtp", **to) for beat in range(15)]
        ssls += [ssl(row["ts"], row["uid"], cert_chain_fps=["aa"], server_name="", **to) for row in conns[-15:]]
    for place in range(3):
        to = {"id.orig_h": "10.0.0.9", "id.resp_h": f"192.0.2.{place}", "id.resp_p": 8443}
        conns += [conn(at + 60.0 * beat, f"E{place}_{beat}", **to) for beat in range(15)]
        ssls += [ssl(row["ts"], row["uid"], cert_chain_fps=["aa"], server_name="", **to) for row in conns[-15:]]
    conns.append(conn(at, "dot", **{"id.orig_h": "10.0.0.9", "id.resp_p": 853}))
    answers = [dns(at - 5.0, host, "x.example", ["192.0.2.250"]) for host in ("10.0.0.1", "10.0.0.9")]
    x509 = [{"ts": at, "fingerprint": "aa", **CERTIFICATE}]
    path = write(tmp_path / "logs", conn=conns, ssl=ssls, dns=answers, x509=x509)
    load(tables, [path], day="2021-07-01")
    found = run(tables, "2021-07-01")
    states = {row["orig_h"]: json.loads(row["details"])["dns"]["state"] for row in found}
    assert states == {"10.0.0.1": "never", "10.0.0.9": "unknown"}
    assert any(row["verdict"] == "malware-like" for row in found)
    assert any("host_context" in row["evidence"] for row in found)
    assert_equal(found, report(path), tables.declared["features"])


def test_day_that_lacks_a_table_fails_alone(tables, tmp_path):
    good = write(tmp_path / "good", conn=[conn(1.0, "C1")], ssl=[ssl(1.0, "C1")], x509=[{"ts": 1.0, "id": "F", **CERTIFICATE}],
                 dns=[dns(0.5, "10.0.0.1", "a.example", [])])
    bad = write(tmp_path / "bad", conn=[conn(1.0, "C1")], ssl=[ssl(1.0, "C1")])
    for day, path in (("2021-08-01", good), ("2021-08-02", bad), ("2021-08-03", good)):
        load(tables, [path], day=day)
    told = []
    job = Job(tables, say=told.append)
    assert job.run_all(["2021-08-01", "2021-08-02", "2021-08-03"]) == ["2021-08-02"]
    assert any("2021-08-02 failed: 2021-08-02 lacks x509, dns" in line for line in told), told
    assert all(len(verdicts(tables, day)) == 1 for day in ("2021-08-01", "2021-08-03"))
    assert verdicts(tables, "2021-08-02") == []
    with pytest.raises(MissingTable, match="2021-08-02 lacks x509, dns"):
        job.plan("2021-08-02")
    assert Job(tables, Options(optional=("x509", "dns")), say=told.append).run("2021-08-02") == (1, 0)


def test_dry_run_tells_what_would_be_read_and_writes_nothing(tables, tmp_path):
    path = write(tmp_path / "logs", conn=[conn(1.0, "C1")], ssl=[ssl(1.0, "C1")])
    for day in ("2021-09-01", "2021-09-02"):
        load(tables, [path], day=day)
    lines = Job(tables, Options(optional=("x509", "dns"))).plan("2021-09-02")
    assert any("reads ssl of 2021-09-01:" in line for line in lines)
    assert not any("reads conn of 2021-09-01:" in line for line in lines)
    assert any("writes verdicts of 2021-09-02" in line for line in lines)
    assert "2021-09-02" not in tables.days("verdicts")


def test_bad_rows_are_counted_in_a_table(tables, tmp_path):
    path = write(
        tmp_path / "logs",
        conn=[conn(1.0, "C1"), conn(2.0, "C1"), "not JSON {", {**conn(3.0, "C2"), "duration": "long"}],
        ssl=[ssl(1.0, "C1"), ssl(1.0, "C9"), {**ssl(1.0, "C3"), "ts": None}],
    )
    (tmp_path / "logs" / "broken.pcap").write_bytes(b"no capture at all, but a file that somebody put here")
    load(tables, [path], day="2021-10-01")
    loaded = bad_rows(tables, "2021-10-01", "load")
    assert loaded["log_cell_unreadable"] == 1 and loaded["ssl_row_without_usable_ts"] == 1
    assert sum(count for kind, count in loaded.items() if kind.startswith("file_unreadable")) == 1
    assert len(run(tables, "2021-10-01")) == 1
    told = bad_rows(tables, "2021-10-01", "job")
    assert told == {"conn_uid_duplicate": 1, "ssl_row_without_conn": 1}


def test_tables_of_others_are_read(tables, spark, report, tmp_path):
    """A site's own tables: a struct `id`, timestamps, other number types, a date for the day, and no column but those needed."""
    from hushcap_spark.tables import Tables

    path = write(tmp_path / "logs", conn=[conn(1_614_643_200.25, "C1")], ssl=[ssl(1_614_643_201.5, "C1")])
    spark.sql("CREATE DATABASE IF NOT EXISTS theirs")
    ids = "named_struct('orig_h','10.0.0.1','orig_p',40000,'resp_h','198.51.100.7','resp_p',443) AS id"
    spark.sql(f"""CREATE TABLE theirs.conn USING parquet PARTITIONED BY (day) AS SELECT
        timestamp_micros(1614643200250000) AS ts, 'C1' AS uid, {ids}, 'tcp' AS proto, CAST(1.25 AS DECIMAL(9,6)) AS duration,
        CAST(700 AS DECIMAL(20,0)) AS orig_bytes, 4000 AS resp_bytes, 'SF' AS conn_state, 9L AS orig_pkts, 8L AS resp_pkts,
        DATE'2021-03-02' AS day""")
    spark.sql(f"""CREATE TABLE theirs.ssl USING parquet PARTITIONED BY (day) AS SELECT timestamp_micros(1614643201500000) AS ts,
        'C1' AS uid, {ids}, 'TLSv12' AS version, 'a.example' AS server_name, DATE'2021-03-02' AS day""")
    theirs = Tables(spark, "theirs")
    theirs.create()
    Job(theirs, Options(optional=("x509", "dns"))).run("2021-03-02")
    assert_equal(verdicts(theirs, "2021-03-02"), report(path), theirs.declared["features"])
