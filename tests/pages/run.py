#!/usr/bin/env python3
"""Runs what tests the reports' pages, with Node and Chromium where they are.

Usage: run.py modules              npm ci in reports/, if its lock file names something else
       run.py bundle               types and format are right, dist/ is what reports/src makes
       run.py browser [ARGUMENT…]  every page in Chromium; arguments go to node --test
Exits with 77 where Node or the browser is missing.
"""

import json
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
REPORTS = os.path.join(os.path.dirname(os.path.dirname(HERE)), "reports")
MODULES = os.path.join(REPORTS, "node_modules")
SKIPPED = 77
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def program(*names):
    """Where the first of them is; ends the test as skipped where none is."""
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        print(f"skipped: no {names[0]} (packages.txt; ./check installs it)")
        sys.exit(SKIPPED)
    return found


def locked(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)["packages"]


def modules_are_there():
    """What the lock file names is installed, but for what other systems need."""
    try:
        there = locked(os.path.join(MODULES, ".package-lock.json"))
    except (OSError, ValueError, KeyError):
        return False
    wanted = locked(os.path.join(REPORTS, "package-lock.json"))
    return all(there.get(name, {}).get("version") == entry["version"]
               for name, entry in wanted.items() if name and not entry.get("optional"))


def install_modules():
    program("node")
    if modules_are_there():
        return 0
    command = [program("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=REPORTS, stdin=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        print("npm could not install what reports/package-lock.json names. Without a network,\n"
              "copy reports/node_modules from where `cd reports && npm ci` has run; start again.")
    return done.returncode


def check_bundle():
    node = program("node")
    commands = (
        [os.path.join(MODULES, "typescript", "bin", "tsc"), "--noEmit"],
        [os.path.join(MODULES, "prettier", "bin", "prettier.cjs"), "--check", "--log-level=warn",
         "--config=package.json", "build.mjs", "src/**/*.ts", "../tests/pages/*.mjs"],
        ["build.mjs", "--check"],
    )
    failed = [command[0] for command in commands
              if subprocess.run([node, *command], cwd=REPORTS, check=False).returncode != 0]
    if failed:
        print("cd reports && npm run format && npm run build")
    return 1 if failed else 0


def try_pages(arguments):
    node = program("node")
    environment = {**os.environ, "SEXTANT_BROWSER": program(*BROWSERS)}
    command = [node, "--test", *arguments, os.path.join(HERE, "pages.test.mjs")]
    return subprocess.run(command, cwd=HERE, env=environment, check=False).returncode


def main():
    what, *arguments = sys.argv[1:] or [""]
    if what == "modules":
        return install_modules()
    if what == "bundle":
        return check_bundle()
    if what == "browser":
        return try_pages(arguments)
    sys.exit(__doc__)


if __name__ == "__main__":
    sys.exit(main())
