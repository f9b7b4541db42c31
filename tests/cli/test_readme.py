#!/usr/bin/env python3
"""The README's commands print what the README shows. `--update` writes what they print now.

A block begins with ```console; its first line is "$ ./sextant …", perhaps with a pipe behind it.
"""

import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
README = os.path.join(ROOT, "README.md")
BLOCK = re.compile(r"^```console\n\$ (\./sextant [^\n]*)\n(.*?)^```$", re.M | re.S)
FLOW_WORKER = os.path.join(os.path.dirname(os.environ["SEXTANT_BINARY"]), "sextant-flow")
LINK = re.compile(r"\]\(([^)#:]+)\)")


def output_of(command):
    quoted = "'" + os.environ["SEXTANT_BINARY"] + "'"
    result = subprocess.run(["bash", "-o", "pipefail", "-c",
                             command.replace("./sextant", quoted, 1)],
                            cwd=ROOT, capture_output=True, text=True, check=False)
    # head closes the pipe early.
    if result.returncode not in (0, 141):
        sys.exit(f"{command}: exit code {result.returncode}\n{result.stderr}")
    return result.stdout


def main():
    with open(README, encoding="utf-8") as file:
        readme = file.read()
    blocks = BLOCK.findall(readme)
    if not blocks:
        sys.exit("README.md shows no command")
    if "--update" in sys.argv:
        readme = BLOCK.sub(
            lambda match: f"```console\n$ {match[1]}\n{output_of(match[1])}```", readme)
        with open(README, "w", encoding="utf-8") as file:
            file.write(readme)
        return 0
    wrong = 0
    for command, shown in blocks:
        if "--network flow" in command and not os.path.exists(FLOW_WORKER):
            print(f"skipped, for sextant-flow was not built: {command}")
            continue
        printed = output_of(command)
        if printed != shown:
            wrong += 1
            print(f"README.md shows another output of {command}\n{printed}")
    for target in LINK.findall(readme):
        if not os.path.exists(os.path.join(ROOT, target)):
            wrong += 1
            print(f"README.md links to {target}, which does not exist")
    if wrong:
        print("tests/cli/test_readme.py --update writes what the commands print now")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
