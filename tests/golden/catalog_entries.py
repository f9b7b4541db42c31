#!/usr/bin/env python3
"""Sees that every entry of models/ has a golden file: what `sextant catalog show` prints of it.

Usage: catalog_entries.py             fails if an entry has none, or a file no entry
       catalog_entries.py --update    writes those that are missing, with the command alone, for
                                      golden.py --update to fill; deletes those without an entry
"""

import argparse
import glob
import os
import sys

GOLDEN = os.path.dirname(os.path.abspath(__file__))
MODELS = os.path.join(os.path.dirname(os.path.dirname(GOLDEN)), "models")
NO_CATALOGUE = {"measurements", "published_runs"}  # read by `sextant validate`


def stems(folder, pattern, ending):
    """FAMILY/NAME of every file of a folder's families."""
    names = set()
    for path in glob.glob(os.path.join(folder, "*", pattern)):
        family, file = os.path.relpath(path, folder).split(os.sep)
        if family not in NO_CATALOGUE:
            names.add(f"{family}/{file[:-len(ending)]}")
    return names


def golden_file(name):
    return os.path.join(GOLDEN, "catalog", name + ".golden")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--update", action="store_true")
    update = parser.parse_args().update
    entries = stems(MODELS, "*.json", ".json")
    files = stems(os.path.join(GOLDEN, "catalog"), "*.golden", ".golden")
    for name in sorted(entries - files):
        if not update:
            print(f"models/{name}.json has no golden file: build the target update_golden")
            continue
        os.makedirs(os.path.dirname(golden_file(name)), exist_ok=True)
        with open(golden_file(name), "w", encoding="utf-8") as file:
            file.write(f"$ sextant catalog show {name}\n")
    for name in sorted(files - entries):
        if not update:
            print(f"{golden_file(name)}: there is no such entry: build the target update_golden")
            continue
        os.remove(golden_file(name))
    return 0 if update or entries == files else 1


if __name__ == "__main__":
    sys.exit(main())
