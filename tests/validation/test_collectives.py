#!/usr/bin/env python3
"""Fits every shipped calibration of a cluster again and holds it to what is shipped, and the errors
on numbers of nodes that were left out to where they are.

SEXTANT_BINARY names the program. Bounds are what was measured, rounded up; lower them when fits get
better.
"""

import glob
import json
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SAME = 2e-3  # of a number: its last digits depend on the C library

# calibration: what it is fitted to (an instance: to nothing)
FITS = {
    "a100-infiniband": "a100-*",
    "a100-omni-path": {"instance": "jean-zay-a100"},
    "a100-roce-4x100g": {"instance": "hgx-a100-4x100g-roce"},
    "gb200-nvl72": "gb200-*",
    "h100-infiniband": "h100-*",
    "p4d": "p4d-*",
    "p4de": "p4de-*",
    "p5": "p5-*",
    "p5en": "p5en-*",
    "p6-b200": "p6-b200-*",
    "trn1": "trn1-*",
}
# calibration: most median, most 90th percentile without each number of nodes
LEFT_OUT = {"p5": (0.031, 0.125), "p4d": (0.07, 0.07)}


def fitted(name, what, folder):
    output = os.path.join(folder, name + ".json")
    if isinstance(what, dict):
        files = ["--instance", what["instance"]]
    else:
        files = sorted(glob.glob(os.path.join(ROOT, "models", "measurements", what + ".json")))
    command = [os.environ["SEXTANT_BINARY"], "calibrate", "fit", *files, "--output", output]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    with open(output, encoding="utf-8") as file:
        return text, json.load(file)


def number(value):
    """The number of "12.3 us", and what follows it; None for other texts."""
    pattern = r"(-?\d+\.?\d*(?:e[+-]?\d+)?)( .+)?"
    match = re.fullmatch(pattern, value) if isinstance(value, str) else None
    return (float(match[1]), match[2]) if match else None


def differences(ours, theirs, path=""):
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in sorted(set(ours) | set(theirs)):
            yield from differences(ours.get(key), theirs.get(key), f"{path}/{key}")
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for i, (a, b) in enumerate(zip(ours, theirs)):
            yield from differences(a, b, f"{path}/{i}")
    elif isinstance(ours, float) and isinstance(theirs, float):
        if abs(ours - theirs) > SAME * max(abs(ours), abs(theirs), 0.1):
            yield f"{path}: {theirs} is shipped, {ours} fitted"
    elif number(ours) and number(theirs):
        a, b = number(ours), number(theirs)
        if a[1] != b[1] or abs(a[0] - b[0]) > SAME * max(abs(a[0]), abs(b[0])):
            yield f"{path}: {theirs} is shipped, {ours} fitted"
    elif ours != theirs:
        yield f"{path}: {theirs} is shipped, {ours} fitted"


def left_out_faults(name, text):
    most_median, most_p90 = LEFT_OUT[name]
    found = re.search(r"median ([\d.]+) %, 90th percentile ([\d.]+) %", text)
    median, p90 = (float(figure) / 100 for figure in found.groups())
    print(f"{name}: without each number of nodes median {median:.3f}, 90th percentile {p90:.3f}")
    if median > most_median or p90 > most_p90:
        yield f"{name}: more than {most_median}, {most_p90}"


def main():
    faults = []
    with tempfile.TemporaryDirectory() as folder:
        for name, what in FITS.items():
            text, ours = fitted(name, what, folder)
            with open(os.path.join(ROOT, "models", "calibrations", name + ".json"),
                      encoding="utf-8") as file:
                faults += [f"{name}{fault}" for fault in differences(ours, json.load(file))]
            if name in LEFT_OUT:
                faults += left_out_faults(name, text)
    for fault in faults:
        print(f"FAULT {fault}")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
