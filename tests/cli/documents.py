"""Commands in documents: where they stand, and how they are run."""

import os
import re
import shutil
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SHOWN = re.compile(r"^```console\n\$ ((?:[^\n]*\\\n)*[^\n]*)\n(.*?)^```$", re.M | re.S)
BLOCK = re.compile(r"^```[^\n]*\n(.*?)^```$|((?:^(?: {4}|\t)[^\n]*\n|^\n(?= {4}))+)", re.M | re.S)
PROGRAM = re.compile(r"(?:^|[\s;|&/])sextant(?:-comm)? +[a-z]")


def markdown():
    """Every document of the repository, by its path there."""
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard",
                             "*.md"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [path for path in listed.stdout.split() if not path.startswith("reports/node_modules")]


def text_of(document):
    with open(os.path.join(ROOT, document), encoding="utf-8") as file:
        return file.read()


def shown(document):
    """Commands whose output the document shows, with that output."""
    return SHOWN.findall(text_of(document))


def commands(document):
    """Commands that the document names in its blocks, without those whose output it shows. A
    shell's loop is one command."""
    found = []
    for fenced, indented in BLOCK.findall(SHOWN.sub("", text_of(document))):
        block = re.sub(r"^(?: {4}|\t)", "", fenced or indented, flags=re.M)
        block = re.sub(r"\\\n\s*", "", block)
        if re.search(r"^done", block, re.M):
            found.append(block)
            continue
        for line in block.splitlines():
            words = re.split(r"\s{3,}", line.strip().removeprefix("$ "))[0]
            if PROGRAM.search(words):
                found.append(words)
    return found


class Workplace:
    """A folder like the repository's, in which commands may write files and add models."""

    def __init__(self, folder, program):
        self.folder = folder
        for name in os.listdir(ROOT):
            if name in ("models", "build", "sextant") or name.startswith(".git"):
                continue
            os.symlink(os.path.join(ROOT, name), os.path.join(folder, name))
        shutil.copytree(os.path.join(ROOT, "models"), os.path.join(folder, "models"))
        os.symlink(program, os.path.join(folder, "sextant"))

    def run(self, command, timeout=600):
        """The finished command, as a shell runs it."""
        environment = {**os.environ, "SEXTANT_MODELS": os.path.join(self.folder, "models"),
                       "PATH": self.folder + ":" + os.environ["PATH"]}
        return subprocess.run(["bash", "-o", "pipefail", "-c", command], cwd=self.folder,
                              env=environment, capture_output=True, text=True, check=False,
                              timeout=timeout)
