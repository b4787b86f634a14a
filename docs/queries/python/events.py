"""Events of the archive as a data frame, with a type for each column.

    python3 events.py .local/s3/netskope-audit-archive netskope 2026-11-21
    python3 events.py s3://<output ArchiveBucket> netskope 2026-11-21

Needs duckdb, and pandas or Polars.
"""

import pathlib
import sys

import duckdb

TABLES = pathlib.Path(__file__).parent.parent / "duckdb" / "tables.sql"


def connect(archive):
    """The tables of an archive: a folder, or a bucket that the AWS credentials of this shell may read."""
    connection = duckdb.connect()
    if archive.startswith("s3://"):
        connection.execute("INSTALL httpfs; LOAD httpfs; INSTALL aws; LOAD aws")
        connection.execute("CREATE SECRET (TYPE s3, PROVIDER credential_chain)")
    connection.execute("SET VARIABLE archive = '" + archive.replace("'", "''") + "'")
    connection.execute(TABLES.read_text())
    return connection


def events(connection, source, day):
    """A source's events since a day. `.df()` makes a frame of pandas of it, `.pl()` one of Polars."""
    return connection.execute(
        "FROM netskope_audit_events() WHERE source = ? AND dt >= CAST(? AS DATE) ORDER BY p_event_time, p_row_id",
        [source, day],
    )


if __name__ == "__main__":
    archive, source, day = sys.argv[1:]
    frame = events(connect(archive), source, day).df()
    print(frame.groupby("audit_log_event").size().sort_values(ascending=False, kind="stable").to_string())
