#!/usr/bin/env python3
"""Runs golden files: commands with the output that they must have.

A golden file is text; a line's first character says what it is:

    # a comment
    $ sextant plan tests/data/bad/unit.json      a command, run by sh in the source folder
    ? 3                                          its exit code; 0 where this line is missing
    > data                                       a line that it prints to stdout
    ! a message                                  a line that it prints to stderr
    >~ took \\d+ ms                               a line of stdout that matches the expression
    !~ ...                                       likewise of stderr

Usage: golden.py --sextant PROGRAM [--update] FILE|FOLDER...
`sextant` is the program in PROGRAM. --update rewrites the expected output; lines with an expression
stay as they are where they still match.
"""

import argparse
import difflib
import os
import re
import subprocess
import sys
import tempfile

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LIMIT_S = 120


class Case:
    """One command of a golden file, with the comments above it and what it must do."""

    def __init__(self, head, command):
        self.head, self.command = head, command
        self.code = 0
        self.lines = {">": [], "!": []}  # of stdout and of stderr, with their marks


def read(path):
    cases, head = [], []
    for number, line in enumerate(open(path, encoding="utf-8").read().splitlines(), 1):
        mark = line[:1]
        if line.startswith("$ "):
            cases.append(Case(head, line[2:]))
            head = []
        elif mark in ("#", ""):
            head.append(line)
        elif mark == "?" and cases:
            cases[-1].code = int(line[1:])
        elif mark in (">", "!") and cases:
            cases[-1].lines[mark].append(line)
        else:
            sys.exit(f"{path}:{number}: expected a line that begins with $ # ? > or !")
    return cases, head


def run(command, folder):
    environment = dict(os.environ, LC_ALL="C.UTF-8", NO_COLOR="1",
                       PATH=folder + os.pathsep + os.environ["PATH"])
    environment.pop("SEXTANT_MODELS", None)
    return subprocess.run(["sh", "-c", command], cwd=SOURCE, env=environment, timeout=LIMIT_S,
                          stdin=subprocess.DEVNULL, capture_output=True)


def marked(mark, output):
    lines = output.decode("utf-8", "replace").split("\n")
    unfinished = lines.pop()
    found = [f"{mark} {line}".rstrip() for line in lines]
    return found + ([f"{mark} {unfinished}\\"] if unfinished else [])  # no newline at the end


def settled(expected, found):
    """The found lines; those that match the expression expected in their place become it."""
    result = list(found)
    for i, line in enumerate(expected[:len(found)]):
        if line[1:3] == "~ " and re.fullmatch(line[3:], found[i][2:]):
            result[i] = line
    return result


def actual(case, folder):
    done = run(case.command, folder)
    now = Case(case.head, case.command)
    now.code = done.returncode
    for mark, output in ((">", done.stdout), ("!", done.stderr)):
        now.lines[mark] = settled(case.lines[mark], marked(mark, output))
    return now


def text(cases, tail):
    lines = []
    for case in cases:
        lines += case.head + ["$ " + case.command]
        lines += [f"? {case.code}"] if case.code else []
        lines += case.lines[">"] + case.lines["!"]
    return "\n".join(lines + tail) + "\n"


def check(path, folder, update):
    cases, tail = read(path)
    expected = text(cases, tail)
    found = text([actual(case, folder) for case in cases], tail)
    if found == expected:
        return True
    if update:
        open(path, "w", encoding="utf-8").write(found)
        print(f"updated {path}")
        return True
    sys.stdout.writelines(difflib.unified_diff(
        expected.splitlines(True), found.splitlines(True), path, "what the command does now", n=2))
    print(f"\nIf the new output is right: {os.path.relpath(__file__, SOURCE)} --update "
          f"--sextant PROGRAM {os.path.relpath(path, SOURCE)}")
    return False


def files_in(path):
    """The golden files below a folder; a file is itself."""
    if not os.path.isdir(path):
        return [path]
    return sorted(os.path.join(folder, name) for folder, _, names in os.walk(path)
                  for name in names if name.endswith(".golden"))


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sextant", required=True, metavar="PROGRAM")
    parser.add_argument("--update", action="store_true", help="rewrite the expected output")
    parser.add_argument("files", nargs="+", metavar="FILE|FOLDER")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(os.path.abspath(options.sextant), os.path.join(folder, "sextant"))
        passed = [check(path, folder, options.update)
                  for given in options.files for path in files_in(given)]
    sys.exit(0 if all(passed) else 1)


if __name__ == "__main__":
    main()
