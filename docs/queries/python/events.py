"""Events of the archive as a data frame of pandas: each once, by its newest edition.

    python3 events.py .local/s3/netskope-audit-archive netskope 2026-11-21

The archive is a folder. Of a bucket, copy the source first:

    aws s3 sync s3://<output ArchiveBucket>/netskope_audit/source=netskope archive/netskope_audit/source=netskope
    python3 events.py archive netskope 2026-11-21
"""

import gzip
import json
import pathlib
import sys

import pandas


def records(archive, source, day):
    """The lines of a source since a day, each as a dictionary. Those that cannot be read are left out."""
    for path in sorted(pathlib.Path(archive).glob(f"netskope_audit/source={source}/dt=*/hour=*/*.ndjson.gz")):
        if path.parts[-3] < f"dt={day}":
            continue
        for line in gzip.decompress(path.read_bytes()).splitlines():
            try:
                record = json.loads(line)
            except ValueError:
                continue
            if isinstance(record, dict) and "p_row_id" in record:
                yield record


def events(archive, source, day):
    """A column for each field that came: times as timestamps, p_edition as a number, the others as they are in JSON."""
    frame = pandas.DataFrame(list(records(archive, source, day)))
    for column in ["p_event_time", "p_parse_time", "p_row_id", "p_edition", "audit_log_event"]:
        if column not in frame:
            frame[column] = None
    for column in ["p_event_time", "p_parse_time"]:
        frame[column] = pandas.to_datetime(frame[column])
    frame["p_edition"] = pandas.to_numeric(frame["p_edition"]).fillna(1).astype(int)
    newest = frame.groupby("p_row_id")["p_edition"].transform("max")
    return frame[frame["p_edition"] == newest].sort_values(["p_event_time", "p_row_id"], ignore_index=True)


if __name__ == "__main__":
    archive, source, day = sys.argv[1:]
    frame = events(archive, source, day)
    print(frame.groupby("audit_log_event").size().sort_values(ascending=False, kind="stable").to_string())
