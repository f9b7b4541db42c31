#!/usr/bin/env python3
"""Holds the errors on published runs where they are: a change that makes forecasts worse fails.

Usage: test_published_runs.py [--update] [CASE...]; SEXTANT_BINARY names the program.

Bounds are what was measured, rounded up. Families, and whole sources, are left out of the fits
that forecast them, so a coefficient that only learns rows by heart does not pass. With both, the
table in README.md must be what they say. --update writes bounds and table anew; both are reviewed
like code.
"""

import glob
import json
import math
import os
import subprocess
import sys

import readme_table

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
README = os.path.join(ROOT, "README.md")
BOUNDS = os.path.join(HERE, "bounds.json")
FOLDER = os.path.join(ROOT, "models", "published_runs")
RUNS = sorted(glob.glob(os.path.join(FOLDER, "published_runs*.json")))
FAILURES = os.path.join(FOLDER, "layouts_that_failed.json")

CASES = {  # options of validate
    "reference": [],
    "family": ["--leave-out", "family"],
    "origin": ["--leave-out", "origin"],
}
MOST_REFUSED = 0.01  # of the rows
MOST_OTHER = 0.005  # of a step, not attributed
COVERAGE = (0.70, 0.90)  # of 80 % intervals, averaged over sets


def validated(files, options=()):
    command = [os.environ["SEXTANT_BINARY"], "validate", *files, "--json", *options]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def total(document):
    return next(entry for entry in document["sets"] if entry["set"] == "all")


def summary(document):
    """What is bounded, of all rows."""
    everything = total(document)
    return {"mape": everything["mape"], "median": everything["median"], "p90": everything["p90"]}


def faults_of(document, bounds):
    everything = total(document)
    if everything["refused"] > MOST_REFUSED * everything["n"]:
        yield f"{everything['refused']} rows of {everything['n']} are refused"
    for figure, most in bounds.items():
        if everything[figure] > most:
            yield f"{figure} {everything[figure]:.4f} > {most}"
    if everything["mape"] > everything["baseline_mape"]:
        yield f"the baseline is better: {everything['baseline_mape']:.4f}"
    coverage = document["coverage_averaged_over_sets"]
    if not COVERAGE[0] <= coverage <= COVERAGE[1]:
        yield f"80 % intervals hold {coverage:.3f} of the rows, averaged over sets"
    for row in document["rows"]:
        if "refused" in row:
            continue
        parts = row["breakdown"]
        if abs(sum(parts.values()) / row["predicted_s"] - 1) > 1e-9:
            yield f"{row['id']}: the breakdown does not sum to the step"
        if parts["other"] > MOST_OTHER * row["predicted_s"]:
            yield f"{row['id']}: {parts['other']} s are not attributed"


def rows_on_one_node():
    """Whether each row ran on one node, by id."""
    one = {}
    for path in RUNS:
        with open(path, encoding="utf-8") as file:
            for row in json.load(file):
                hardware = row["hardware"]
                one[row["id"]] = hardware["num_gpus"] <= (hardware.get("gpus_per_node") or 8)
    return one


def table_of(documents):
    return readme_table.text(documents["family"], documents["origin"], validated([FAILURES]),
                             rows_on_one_node())


def rounded_up(bounds):
    return {figure: math.ceil(1000 * value) / 1000 for figure, value in bounds.items()}


def update(documents):
    with open(BOUNDS, encoding="utf-8") as file:
        bounds = json.load(file)
    bounds.update({name: rounded_up(summary(document)) for name, document in documents.items()})
    with open(BOUNDS, "w", encoding="utf-8") as file:
        json.dump(bounds, file, indent=2)
        file.write("\n")
    if not {"family", "origin"} <= documents.keys():
        return
    with open(README, encoding="utf-8") as file:
        readme = file.read()
    with open(README, "w", encoding="utf-8") as file:
        file.write(readme_table.replaced(readme, table_of(documents)))


def faults_of_readme(documents):
    with open(README, encoding="utf-8") as file:
        shown = readme_table.between_markers(file.read())
    if shown is None:
        yield "README.md has no table of errors on published runs"
    elif {"family", "origin"} <= documents.keys() and shown != table_of(documents):
        yield "README.md shows other errors: tests/validation/test_published_runs.py --update"


def main():
    names = [argument for argument in sys.argv[1:] if argument != "--update"] or list(CASES)
    documents = {name: validated(RUNS, CASES[name]) for name in names}
    if "--update" in sys.argv:
        update(documents)
        return 0
    with open(BOUNDS, encoding="utf-8") as file:
        bounds = json.load(file)
    faults = list(faults_of_readme(documents))
    for name, document in documents.items():
        print(name, json.dumps(total(document)))
        faults += [f"{name}: {fault}" for fault in faults_of(document, bounds.get(name, {}))]
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
