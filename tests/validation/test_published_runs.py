#!/usr/bin/env python3
"""Holds the errors on published runs where they are: a change that makes forecasts worse fails.

Usage: test_published_runs.py [CASE...]; SEXTANT_BINARY names the program.

Bounds are what was measured, rounded up; lower them when forecasts get better. Families are left
out of the fits that forecast them, so a coefficient that only learns rows by heart does not pass.
"""

import json
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
RUNS = os.path.join(ROOT, "models", "published_runs", "published_runs.json")

# name: (validate's options, most MAPE of the predicted rows, most median of all rows)
CASES = {
    "reference": ([], 0.046, 0.029),
    "family": (["--leave-out", "family"], 0.066, 0.036),
}
MOST_REFUSED = 0
MOST_OTHER = 0.005  # of a step, not attributed


def validated(options):
    command = [os.environ["SEXTANT_BINARY"], "validate", RUNS, "--json", *options]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def faults_of(name, document, most_mape, most_median):
    everything = document["sets"][-1]
    rows = [row for row in document["rows"] if "refused" not in row]
    mape = sum(abs(row["error"]) for row in rows) / len(rows)
    baseline = sum(abs(row["baseline_error"]) for row in rows) / len(rows)
    print(f"{name}: MAPE {mape:.4f} (baseline {baseline:.4f}), median {everything['median']:.4f}, "
          f"{everything['refused']} of {everything['n']} refused, "
          f"{everything['coverage']:.3f} inside their 80 % interval")
    if everything["n"] != len(document["rows"]) or everything["refused"] > MOST_REFUSED:
        yield f"{everything['refused']} rows refused, of {len(document['rows'])}"
    if mape > most_mape:
        yield f"MAPE {mape:.4f} > {most_mape}"
    if mape > baseline:
        yield f"MAPE {mape:.4f} is worse than the baseline's {baseline:.4f}"
    if everything["median"] > most_median:
        yield f"median {everything['median']:.4f} > {most_median}"
    if not 0.70 <= everything["coverage"] <= 0.90:
        yield f"80 % intervals hold {everything['coverage']:.3f} of the rows"
    for row in rows:
        parts = row["breakdown"]
        if abs(sum(parts.values()) / row["predicted_s"] - 1) > 1e-9:
            yield f"{row['id']}: the breakdown does not sum to the step"
        if parts["other"] > MOST_OTHER * row["predicted_s"]:
            yield f"{row['id']}: {parts['other']} s are not attributed"


def main():
    faults = []
    for name in sys.argv[1:] or CASES:
        options, most_mape, most_median = CASES[name]
        for fault in faults_of(name, validated(options), most_mape, most_median):
            faults.append(f"{name}: {fault}")
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
