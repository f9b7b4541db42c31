#!/usr/bin/env python3
"""Holds Sextant's comparison of Trainium with A100 to the one that AWS has published.

SEXTANT_BINARY names the program. What AWS printed is in `expect` of the two scenarios: the hours
may be 25 % off, the ratio of the costs 15 %. AWS's energy is a statement on power, of which the
ratio that it implies is shown: Trainium's power is an assumption here and not held to it.
"""

import json
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
RUNS = [os.path.join(ROOT, "scenarios", f"aws-bert-large-{half}.json") for half in ("trn1", "p4d")]
TIME, COST = "/forecast/wall_time_s/p50", "/forecast/cost_usd/p50"
TIME_BAR, COST_RATIO_BAR = 0.25, 0.15
AWS_ENERGY = 1 - 0.29


def answer(*arguments):
    run = subprocess.run([os.environ["SEXTANT_BINARY"], *arguments, "--json"], check=False,
                         capture_output=True, text=True)
    if not run.stdout:
        sys.exit(run.stderr)
    return json.loads(run.stdout)


def published():
    """Of each half what AWS printed, by quantity, as `sextant validate` reads it."""
    rows = answer("validate", *RUNS)["rows"]
    halves = [{}, {}]
    for row in rows:
        halves["p4d" in row["id"]][row["quantity"]] = row["expected"]
    return halves


def main():
    aws = published()
    runs = answer("compare", *RUNS)["runs"]
    forecasts = [{TIME: run["plan"]["forecast"]["wall_time_s"]["p50"],
                  COST: run["plan"]["forecast"]["cost_usd"]["p50"]} for run in runs]
    failed = False

    def hold(what, found, expected, bar):
        nonlocal failed
        off = found / expected - 1
        failed |= abs(off) > bar
        print(f"{what}: {found:.3f}, AWS {expected:.3f}: {100 * off:+.1f} %, bar {100 * bar:.0f} %")

    for run, ours, theirs in zip(runs, forecasts, aws):
        hold(f"{run['label']}, hours", ours[TIME] / 3600, theirs[TIME] / 3600, TIME_BAR)
    hold("cost of Trainium over A100", forecasts[0][COST] / forecasts[1][COST],
         aws[0][COST] / aws[1][COST], COST_RATIO_BAR)
    power = runs[0]["mean_node_power_w"] / runs[1]["mean_node_power_w"]
    implied = AWS_ENERGY / (aws[0][TIME] / aws[1][TIME])
    print(f"power of a node, Trainium over A100: {power:.2f}; AWS's energy implies {implied:.2f}")
    sys.exit(failed)


if __name__ == "__main__":
    main()
