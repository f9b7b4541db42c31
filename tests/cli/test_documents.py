#!/usr/bin/env python3
"""Every command in the documents works: the tutorial's print what it shows (`--update` writes what
they print now), the others end well. README.md's are test_readme.py's.
"""

import os
import re
import shutil
import sys
import tempfile

from documents import ROOT, SHOWN, Workplace, commands, markdown, shown, text_of

PROGRAM = os.path.abspath(os.environ["SEXTANT_BINARY"])
HAS_FLOW = os.path.exists(os.path.join(os.path.dirname(PROGRAM), "sextant-flow"))
TUTORIAL = "TUTORIAL.md"

# What cannot run here, by how it begins, and why.
LEFT_OUT = {
    r"mpirun |srun ": "needs the nodes of a cluster",
    r"kubectl ": "needs a Kubernetes cluster",
    r"cd /fsx/": "needs a HyperPod cluster",
    r"sudo apt-get |cmake ": "installs or builds",
    r"cd reports && ": "needs the bundler; tests/pages runs it",
    r"SEXTANT_BINARY=": "needs a browser; tests/pages runs it",
    r"sextant calibrate check LOG…|.*\[LOG\]": "is a synopsis",
    r"\./sextant sweep STUDY.json|\./sextant sweep scenarios/studies/what-matters.json":
        "has thousands of points; tests/cli/test_sweep.py runs fewer",
    r"\./sextant serve": "serves until it is stopped; tests/cli/test_serve.py runs it",
    r".*--leave-out family": "takes minutes; tests/validation runs it",
    r"\./sextant calibrate fit my_steps.json": "takes minutes; tests/validation runs such a fit",
    r".*scenarios/llama3-405b-p5.json --network flow":
        "takes a minute; tests/cli/test_flow_tier.py runs it",
}

# What documents call a user's own files, and what stands in for them.
STAND_INS = {
    "all_reduce.log": "tests/data/health/p5_4n.log",
    "all_reduce_1.log": "tests/data/health/p5_4n.log",
    "all_gather_1.log": "tests/data/logs/nccl_tests_2026.log",
    "run-1.log": "tests/data/health/p5_4n.log",
    "old.txt": "tests/data/logs/nccl_tests_ambiguous.log",
    "p5.json": "models/measurements/p5-2-nodes-eks.json",
    "mine.json": "models/measurements/p5-2-nodes-eks.json",
    "scenario.json": "scenarios/llama3-8b-2xp5.json",
}


def left_out(command):
    """Why it is not run; None if it is."""
    if "--network flow" in command and not HAS_FLOW:
        return "sextant-flow was not built"
    for beginning, reason in LEFT_OUT.items():
        if re.match(beginning, command):
            return reason
    return None


def show_again(place, document):
    """The document's text with what its commands print now."""
    def printed(match):
        return f"```console\n$ {match[1]}\n{output_of(place, match[1])}```"
    return SHOWN.sub(printed, text_of(document))


def output_of(place, command):
    result = place.run(command)
    if result.returncode not in (0, 141):  # head closes the pipe early
        sys.exit(f"{command}: exit code {result.returncode}\n{result.stdout}{result.stderr}")
    return result.stdout


def check_tutorial(place):
    wrong = 0
    if not shown(TUTORIAL):
        sys.exit(f"{TUTORIAL} shows no command")
    for command, expected in shown(TUTORIAL):
        printed = output_of(place, command)
        if printed != expected:
            wrong += 1
            print(f"{TUTORIAL} shows another output of {command}\n{printed}")
    return wrong


def check_commands(place):
    wrong = 0
    done = set()
    for document in markdown():
        for command in commands(document):
            if command in done or document == "CHANGELOG.md":
                continue
            done.add(command)
            reason = left_out(command)
            if reason:
                print(f"{document}: not run, it {reason}: {command.splitlines()[0]}")
                continue
            result = place.run(command)
            if result.returncode not in (0, 141):
                wrong += 1
                print(f"{document}: exit code {result.returncode}: {command}\n{result.stderr}")
    if not done:
        sys.exit("no document names a command")
    return wrong


def main():
    with tempfile.TemporaryDirectory() as folder:
        place = Workplace(folder, PROGRAM)
        if "--update" in sys.argv:
            text = show_again(place, TUTORIAL)
            with open(os.path.join(ROOT, TUTORIAL), "w", encoding="utf-8") as file:
                file.write(text)
            return 0
        wrong = check_tutorial(place)
        for name, stand_in in STAND_INS.items():
            shutil.copy(os.path.join(ROOT, stand_in), os.path.join(folder, name))
        wrong += check_commands(place)
    if wrong:
        print("tests/cli/test_documents.py --update writes what the tutorial's commands print now")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
