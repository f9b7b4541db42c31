#!/usr/bin/env python3
"""Holds the scenarios of published runs to the outcomes that they expect.

Usage: test_campaigns.py [--update]; SEXTANT_BINARY names the program.

Every expectation of scenarios/published must hold, and the table of measured campaigns in README.md
must be what the program says. --update writes that table anew; it is reviewed like code.
"""

import glob
import json
import os
import re
import subprocess
import sys

import readme_table

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
README = os.path.join(ROOT, "README.md")
FOLDER = os.path.join("scenarios", "published")

BEGIN = "<!-- measured campaigns: written by tests/validation/test_campaigns.py --update -->\n"
END = "<!-- end of measured campaigns -->\n"

# Pointer without the part of the estimate: (what it is, figure as people write it).
QUANTITIES = {
    "/forecast/wall_time_s": ("days", lambda s: f"{s / 86400:.1f}"),
    "/forecast/ettr": ("effective training time", lambda share: f"{share:.3f}"),
    "/forecast/interruptions/total": ("interruptions", lambda n: f"{n:.0f}"),
    "/forecast/interruptions/unexpected": ("unexpected interruptions", lambda n: f"{n:.0f}"),
    "/forecast/energy_j": ("MWh", lambda j: f"{j / 3.6e9:,.0f}"),
    "/forecast/co2e_kg/location": ("t CO2e", lambda kg: f"{kg / 1000:,.0f}"),
}


def validated():
    files = sorted(glob.glob(os.path.join(ROOT, FOLDER, "*.json")))
    run = subprocess.run([os.environ["SEXTANT_BINARY"], "validate", *files, "--json"], check=False,
                         capture_output=True, text=True)
    if not run.stdout:
        sys.exit(run.stderr)
    return json.loads(run.stdout)


def quantity(row):
    """What a row is about, and how its figures are written."""
    known = QUANTITIES.get(re.sub("/(p10|p50|p90|mean)$", "", row["quantity"]))
    return known or (row["quantity"], lambda value: f"{value:.4g}")


def outcome(row, figure):
    if row["expected"] is not None:
        return figure(row["expected"])
    bounds = [f"at least {figure(row['at_least'])}"] if "at_least" in row else []
    return ", ".join(bounds + ([f"at most {figure(row['at_most'])}"] if "at_most" in row else []))


def off_by(row):
    if row["expected"] is None:
        return ""
    if row["expected"] and "tolerance" in row:
        return readme_table.signed(row["got"] / row["expected"] - 1)
    return f"{row['got'] - row['expected']:+.3f}".replace("-", "−")


def cells(row):
    what, figure = quantity(row)
    low, high = row["p10_p90"] if "p10_p90" in row else (None, None)
    inside = {True: "yes", False: "no"}.get(row.get("inside"), "")
    return [f"[{row['id']}]({FOLDER}/{row['id']}.json)", what, outcome(row, figure),
            figure(row["got"]), "" if low is None else f"{figure(low)} .. {figure(high)}", inside,
            off_by(row)]


def table_of(document):
    rows = [cells(row) for row in document["rows"] if row["kind"] == "validation"]
    counts = document["expectations"]
    measured, follows = counts["validation"], counts["verification"]
    table = readme_table.markdown(
        ["scenario", "what", "measured", "forecast", "p10 .. p90", "inside", "off by"], rows,
        range(2, 7))
    words = (f"{measured['inside_p10_p90']} of {measured['with_interval']} measured values lie "
             f"inside p10 .. p90, where 8 of 10 should. Beside them {follows['hold']} of "
             f"{follows['n']} outcomes that follow from published inputs come out as published "
             "(*verification*: `./sextant validate scenarios/published/*.json` lists both).")
    return table + "\n" + readme_table.wrapped(words) + "\n"


def with_table(readme, table):
    return re.sub(re.escape(BEGIN) + ".*?" + re.escape(END), lambda _: BEGIN + table + END, readme,
                  flags=re.S)


def faults_of(document, readme):
    for row in document["rows"]:
        if not row["ok"]:
            yield f"{row['id']}: {row['quantity']} is {row['got']}: {row.get('problem', row)}"
    if BEGIN not in readme:
        yield "README.md has no table of measured campaigns"
    elif with_table(readme, table_of(document)) != readme:
        yield "README.md shows other campaigns: tests/validation/test_campaigns.py --update"


def main():
    document = validated()
    with open(README, encoding="utf-8") as file:
        readme = file.read()
    if "--update" in sys.argv:
        with open(README, "w", encoding="utf-8") as file:
            file.write(with_table(readme, table_of(document)))
        return 0
    print(table_of(document))
    faults = list(faults_of(document, readme))
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
