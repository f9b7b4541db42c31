#!/usr/bin/env python3
"""The manual page and the bash completion are what the program writes of its own commands, and
work. `--update` writes them anew."""

import os
import re
import shutil
import subprocess
import sys
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SEXTANT = os.path.abspath(os.environ["SEXTANT_BINARY"])
PAGE = os.path.join(ROOT, "share", "man", "man1", "sextant.1")
COMPLETION = os.path.join(ROOT, "share", "bash-completion", "completions", "sextant")
WRITTEN = ((PAGE, ("--man",)), (COMPLETION, ("--completion", "bash")))


def printed(*words):
    return subprocess.run([SEXTANT, *words], capture_output=True, text=True, check=True).stdout


def text_of(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def completed(line):
    """What bash offers at the end of the line."""
    script = """
      source "$1"
      compopt() { :; }
      IFS=$'\\n' read -rd '' -a COMP_WORDS <<< "$2"
      [[ $2 == *$'\\n' ]] && COMP_WORDS+=('')
      COMP_WORDS[0]=$3
      COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
      _sextant
      printf '%s\\n' "${COMPREPLY[@]}"
    """
    words = "\n".join(re.findall(r"=|[^\s=]+", line)) + ("\n" if line.endswith(" ") else "")
    result = subprocess.run(["bash", "-c", script, "bash", COMPLETION, words, SEXTANT], cwd=ROOT,
                            capture_output=True, text=True, check=False)
    assert result.stderr == "", result.stderr
    return [word for word in result.stdout.split("\n") if word]


class Manual(unittest.TestCase):
    def test_is_what_the_program_writes(self):
        for path, words in WRITTEN:
            self.assertEqual(printed("help", *words), text_of(path),
                             f"{path}: tests/cli/test_manual.py --update writes it anew")

    def test_names_every_command_and_option(self):
        page = text_of(PAGE).replace("\\-", "-")
        for name in re.findall(r"^  (\w+)  ", printed("help"), re.M):
            if name in ("help", "version"):
                continue
            self.assertIn(f".SS {name}\n", page)
            for option in re.findall(r"^  (--[\w-]+)", printed(name, "--help"), re.M):
                self.assertIn(f"\\fB{option}\\fR", page)

    @unittest.skipIf(shutil.which("man") is None or shutil.which("groff") is None, "no man")
    def test_man_has_nothing_to_warn_of(self):
        result = subprocess.run(["man", "--warnings=all", "-l", PAGE], capture_output=True,
                                text=True, check=False,
                                env={**os.environ, "MANWIDTH": "80", "LC_ALL": "C.UTF-8"})
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertIn("forecast the time, cost and energy", result.stdout)

    def test_refuses_another_shell(self):
        result = subprocess.run([SEXTANT, "help", "--completion", "tcsh"], capture_output=True,
                                text=True, check=False)
        self.assertEqual(result.returncode, 2)
        self.assertIn("--completion bash", result.stderr)


class Completion(unittest.TestCase):
    def test_of_commands(self):
        self.assertEqual(completed("sextant pl"), ["plan"])
        self.assertIn("optimize", completed("sextant "))
        self.assertIn("govern", completed("sextant help go"))

    def test_of_options(self):
        self.assertEqual(completed("sextant plan --expl"), ["--explain"])
        self.assertIn("--deadline", completed("sextant optimize scenarios/x.json --"))

    def test_of_files(self):
        self.assertEqual(completed("sextant plan scenarios/llama3-405b"),
                         ["scenarios/llama3-405b-p5.json"])
        self.assertEqual(completed("sextant trace x.json --output TUTOR"), ["TUTORIAL.md"])
        self.assertEqual(completed("sextant plan --models tests/uni"), ["tests/unit"])

    def test_of_names_of_the_catalogue(self):
        self.assertEqual(completed("sextant compare x.json --instance p5e.48"), ["p5e.48xlarge"])
        self.assertEqual(completed("sextant compare x.json --instance=p5e.48"), ["p5e.48xlarge"])
        self.assertEqual(completed("sextant compare x.json --instance p4d.24xlarge,p5e.48"),
                         ["p4d.24xlarge,p5e.48xlarge"])
        self.assertEqual(completed("sextant init --model llama3-405"), ["llama3-405b"])

    def test_of_words(self):
        self.assertEqual(completed("sextant calibrate in"), ["ingest"])
        self.assertEqual(completed("sextant validate x.json --leave-out f"), ["family"])
        self.assertEqual(completed("sextant plan x.json --network fl"), ["flow"])

    def test_of_numbers_is_empty(self):
        self.assertEqual(completed("sextant plan x.json --replicas "), [])


def update():
    for path, words in WRITTEN:
        with open(path, "w", encoding="utf-8") as file:
            file.write(printed("help", *words))


if __name__ == "__main__":
    if "--update" in sys.argv:
        update()
    else:
        unittest.main()
