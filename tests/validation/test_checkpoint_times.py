#!/usr/bin/env python3
"""Holds published times and sizes of checkpoints to the forecasts, and the README to both.

Usage: test_checkpoint_times.py [--update]; SEXTANT_BINARY names the program.

Every row of models/published_runs/checkpoint_times.json must come out within its tolerance, and the
table of measured saves and restores in README.md must be what the program says. --update writes
that table anew; it is reviewed like code.
"""

import json
import os
import re
import statistics
import subprocess
import sys

import readme_table

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
README = os.path.join(ROOT, "README.md")
ROWS = os.path.join("models", "published_runs", "checkpoint_times.json")

BEGIN = "<!-- checkpoint times: written by tests/validation/test_checkpoint_times.py --update -->\n"
END = "<!-- end of checkpoint times -->\n"


def validated():
    run = subprocess.run([os.environ["SEXTANT_BINARY"], "validate", os.path.join(ROOT, ROWS),
                          "--json"], check=False, capture_output=True, text=True)
    if not run.stdout:
        sys.exit(run.stderr)
    return json.loads(run.stdout)["rows"]


def published():
    with open(os.path.join(ROOT, ROWS), encoding="utf-8") as file:
        return json.load(file)


def figure(row, value):
    if row["quantity"] == "size_bytes":
        return f"{value / 1e9:,.0f} GB"
    return f"{value / 60:.1f} min" if value >= 120 else f"{value:.3g} s"


def error(row):
    return row["got"] / row["expected"] - 1


def cells(row, assumed):
    what = {"size_bytes": "size", "save_s": "save", "restore_s": "restore"}[row["quantity"]]
    return [row["id"], what, figure(row, row["expected"]), figure(row, row["got"]),
            readme_table.signed(error(row)), "; ".join(assumed)]


def table_of(rows, document):
    assumed = {row["id"]: row["assumed"] for row in document["sizes"] + document["times"]}
    measured = [row for row in rows if row["kind"] == "validation"]
    follows = [row for row in rows if row["kind"] == "verification"]
    times = [abs(error(row)) for row in measured if row["quantity"] != "size_bytes"]
    table = readme_table.markdown(
        ["row", "what", "measured", "forecast", "off by", "assumed"],
        [cells(row, assumed[row["id"]]) for row in measured], range(2, 5))
    left_out = document["not_reproducible"]
    words = (f"The median error of the {len(times)} times is "
             f"{readme_table.percent(statistics.median(times))}. Beside them "
             f"{sum(row['ok'] for row in follows)} of {len(follows)} published figures follow from "
             f"published inputs (*verification*: `./sextant validate {ROWS}` lists both). "
             f"{len(left_out)} published figures are not reproducible, for bytes, nodes or the "
             "bandwidth of the storage are not known; the file says which, and what is missing.")
    return table + "\n" + readme_table.wrapped(words) + "\n"


def with_table(readme, table):
    return re.sub(re.escape(BEGIN) + ".*?" + re.escape(END), lambda _: BEGIN + table + END, readme,
                  flags=re.S)


def faults_of(rows, readme, table):
    for row in rows:
        if not row["ok"]:
            yield f"{row['id']}: {row['quantity']} is {row['got']}: {row}"
    if BEGIN not in readme:
        yield "README.md has no table of checkpoint times"
    elif with_table(readme, table) != readme:
        yield "README.md shows other checkpoint times: test_checkpoint_times.py --update"


def main():
    rows = validated()
    table = table_of(rows, published())
    with open(README, encoding="utf-8") as file:
        readme = file.read()
    if "--update" in sys.argv:
        with open(README, "w", encoding="utf-8") as file:
            file.write(with_table(readme, table))
        return 0
    print(table)
    faults = list(faults_of(rows, readme, table))
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
