#!/usr/bin/env python3
"""calibrate/GUIDE.md and the launch scripts: the commands exist, and the way goes through."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
GUIDE = os.path.join(ROOT, "calibrate", "GUIDE.md")
SBATCH = os.path.join(ROOT, "calibrate", "slurm", "sextant-comm.sbatch")
MPIJOB = os.path.join(ROOT, "calibrate", "eks", "sextant-comm-mpijob.yaml")
NODE = os.path.join(ROOT, "tests", "data", "clusters", "four_cores.json")
COMM, SEXTANT = os.environ["SEXTANT_COMM_BINARY"], os.environ["SEXTANT_BINARY"]
COMMAND = re.compile(r"(sextant-comm|\./sextant) ([a-z]+(?: (?:fit|check|ingest))?)([^`\n|]*)")
OPTION = re.compile(r"(?<=\s)--[a-z][a-z-]*")
MPI = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
       "OMPI_MCA_rmaps_base_oversubscribe": "1"}


def run(*command, **variables):
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False,
                          cwd=ROOT, env={**os.environ, **variables})


def help_of(program, command):
    shown = run(COMM if program == "sextant-comm" else SEXTANT, command.split()[0], "--help")
    return shown.stdout if shown.returncode == 0 else None


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


class Guide(unittest.TestCase):
    def test_is_one_page(self):
        self.assertLessEqual(len(read(GUIDE).split("\n")), 120)

    def test_links_lead_somewhere(self):
        for page in ("GUIDE.md", "README.md", "hyperpod/README.md"):
            path = os.path.join(ROOT, "calibrate", page)
            for link in re.findall(r"\]\(([^)#:]+)\)", read(path)):
                with self.subTest(page=page, link=link):
                    self.assertTrue(os.path.exists(os.path.join(os.path.dirname(path), link)))

    def test_commands_and_options_exist(self):
        text = read(GUIDE).replace("\\\n", " ")
        text = re.sub(r"sextant sextant-comm\n", "\n", text)  # targets of a build
        found = COMMAND.findall(text)
        self.assertGreaterEqual(len(found), 8)
        for program, command, rest in found:
            if not command.startswith(("all", "collectives", "replay", "inventory", "calibrate",
                                       "plan")):
                continue
            with self.subTest(program=program, command=command, rest=rest):
                page = help_of(program, command)
                self.assertIsNotNone(page)
                for option in OPTION.findall(rest):
                    self.assertIn(option, page)

    def test_scripts_pass_options_that_exist(self):
        page = help_of("sextant-comm", "all")
        job = re.search(r"bin/sextant-comm\n(.*?)\$\{OPTIONS\}", read(MPIJOB), re.S).group(1)
        script = re.search(r'"\$program" all (.*?)\|\|', read(SBATCH), re.S).group(1)
        options = OPTION.findall(job) + OPTION.findall(" " + script)
        self.assertGreaterEqual(len(options), 8)
        for option in options:
            self.assertIn(option, page)


@unittest.skipUnless(shutil.which("mpirun"), "mpirun is not installed")
class Way(unittest.TestCase):
    def test_from_the_slurm_script_to_a_calibration(self):
        with tempfile.TemporaryDirectory() as folder:
            ended = run("bash", SBATCH, "--point-time", "5ms", "--repetitions", "1",
                        SLURM_JOB_ID="1", SLURM_JOB_NUM_NODES="1", SLURM_NTASKS_PER_NODE="2",
                        SLURM_SUBMIT_DIR=ROOT, SEXTANT_COMM=COMM, SEXTANT_INSTANCE=NODE,
                        SEXTANT_RANKS_PER_NODE="0", SEXTANT_EFA="0", SEXTANT_LARGEST="64KiB",
                        SEXTANT_FOLDER=folder, **MPI)
            self.assertEqual(ended.returncode, 0, ended.stderr)
            document = os.path.join(folder, "four_cores-1-nodes-1.json")
            environment = json.loads(read(document))["environment"]
            self.assertEqual(environment["instance"], NODE)
            self.assertEqual(environment["conditions"]["backend"], "mpi")
            self.assertIn(f"calibrate check {document}", ended.stderr)
            checked = run(SEXTANT, "calibrate", "check", document)
            self.assertIn(checked.returncode, (0, 1), checked.stderr)
            output = os.path.join(folder, "mine.json")
            fitted = run(SEXTANT, "calibrate", "fit", document, "--instance", NODE, "--base", "cpu",
                         "--output", output)
            self.assertEqual(fitted.returncode, 0, fitted.stderr)
            self.assertIn("cpu", json.loads(read(output))["accelerators"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
