#!/usr/bin/env python3
"""The launch scripts under calibrate/: they parse, and ask for what the instances have.

Programs that they call (sextant-comm, mpirun, kubectl) are stubs that say how they were called.
"""

import glob
import json
import os
import shutil
import subprocess
import tempfile
import unittest

try:
    import yaml
except ImportError:
    yaml = None

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CALIBRATE = os.path.join(ROOT, "calibrate")
SBATCH = os.path.join(CALIBRATE, "slurm", "sextant-comm.sbatch")
MEASURE = os.path.join(CALIBRATE, "eks", "measure")
INSTANCES = ["p4d.24xlarge", "p4de.24xlarge", "p5.48xlarge", "p5e.48xlarge", "p5en.48xlarge",
             "p6-b200.48xlarge"]
IMAGE = "registry.example/sextant-comm:1"


def scripts():
    """Every bash script, by its first line."""
    names = glob.glob("calibrate/**", root_dir=ROOT, recursive=True)
    names += glob.glob("cmake/*.sh", root_dir=ROOT) + ["sextant", "check"]
    found = []
    for name in sorted(names):
        path = os.path.join(ROOT, name)
        if not os.path.isfile(path):
            continue
        with open(path, "rb") as file:
            first = file.readline()
        if first.startswith((b"#!/usr/bin/env bash", b"#!/bin/bash", b"# shellcheck shell=bash")):
            found.append(name)
    return found


def run(command, environment=None, path=None):
    """The command with these variables only, and with `path` before the usual programs."""
    variables = {"PATH": (path + ":" if path else "") + "/usr/bin:/bin", "HOME": "/nonexistent"}
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False,
                          env={**variables, **(environment or {})})


def stub(folder, name, body):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write("#!/usr/bin/env bash\n" + body)
    os.chmod(path, 0o755)
    return path


def stated(instance):
    """EFA interfaces and accelerators as the catalogue has them."""
    with open(os.path.join(ROOT, "models", "instances", instance + ".json"),
              encoding="utf-8") as file:
        entry = json.load(file)
    if "base" in entry and "network_cards" not in entry:
        return stated(entry["base"])
    per_card = entry.get("interfaces_per_card", {"value": 1})["value"]
    return entry["network_cards"]["value"] * per_card, entry["accelerators"]


class Parse(unittest.TestCase):
    def test_scripts(self):
        self.assertIn("calibrate/slurm/sextant-comm.sbatch", scripts())
        self.assertIn("calibrate/hyperpod/measure-slurm", scripts())
        for name in scripts():
            with self.subTest(name):
                path = os.path.join(ROOT, name)
                self.assertEqual(run(["bash", "-n", path]).stderr, "")
                with open(path, encoding="utf-8") as file:
                    text = file.read()
                self.assertLessEqual(max(map(len, text.split("\n"))), 100)
                if text.startswith("#!"):
                    self.assertIn("\nset -euo pipefail\n", text)
                    self.assertTrue(os.access(path, os.X_OK))

    @unittest.skipUnless(shutil.which("shellcheck"), "shellcheck is not installed")
    def test_shellcheck(self):
        for name in scripts():
            with self.subTest(name):
                found = subprocess.run(["shellcheck", "--severity=warning", "-x", "-P", "SCRIPTDIR",
                                        "-P", ROOT, os.path.join(ROOT, name)],
                                       capture_output=True, text=True, timeout=60, check=False)
                self.assertEqual(found.stdout, "")

    @unittest.skipUnless(yaml, "python3-yaml is not installed")
    def test_yaml(self):
        names = glob.glob("**/*.yaml", root_dir=CALIBRATE, recursive=True)
        self.assertIn("eks/sextant-comm-mpijob.yaml", names)
        for name in names:
            with self.subTest(name), open(os.path.join(CALIBRATE, name), encoding="utf-8") as file:
                yaml.safe_load(file)


class Eks(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.variables = {"SEXTANT_IMAGE": IMAGE, "SEXTANT_INSTANCE": "p5.48xlarge",
                          "SEXTANT_FOLDER": self.folder}

    def printed(self, script=MEASURE, options=(), **variables):
        shown = run([script, "--print", *options], {**self.variables, **variables})
        self.assertEqual(shown.returncode, 0, shown.stderr)
        self.assertNotIn("${", shown.stdout)
        return yaml.safe_load(shown.stdout)

    @unittest.skipUnless(yaml, "python3-yaml is not installed")
    def test_asks_for_all_of_a_node(self):
        for instance in INSTANCES:
            with self.subTest(instance):
                job = self.printed(SEXTANT_INSTANCE=instance)
                worker = job["spec"]["mpiReplicaSpecs"]["Worker"]["template"]["spec"]
                resources = worker["containers"][0]["resources"]
                self.assertEqual(resources["requests"], resources["limits"])
                asked = (resources["limits"]["vpc.amazonaws.com/efa"],
                         resources["limits"]["nvidia.com/gpu"])
                self.assertEqual(asked, stated(instance))
                self.assertEqual(worker["nodeSelector"],
                                 {"node.kubernetes.io/instance-type": instance})
                self.assertEqual(job["metadata"]["labels"], {"app": "sextant-comm"})

    @unittest.skipUnless(yaml, "python3-yaml is not installed")
    def test_passes_options_as_they_are(self):
        job = self.printed(options=["--total-time", "20 min"], SEXTANT_NODES="4")
        launcher = job["spec"]["mpiReplicaSpecs"]["Launcher"]["template"]["spec"]["containers"][0]
        self.assertEqual(launcher["args"][-2:], ["--total-time", "20 min"])
        self.assertEqual(launcher["args"][launcher["args"].index("-np") + 1], "32")

    @unittest.skipUnless(yaml, "python3-yaml is not installed")
    def test_hyperpod_adds_its_labels(self):
        script = os.path.join(CALIBRATE, "hyperpod", "measure-eks")
        job = self.printed(script, SEXTANT_TEAM="research", SEXTANT_PRIORITY="training-priority")
        self.assertEqual(job["metadata"]["labels"]["kueue.x-k8s.io/queue-name"],
                         "hyperpod-ns-research-localqueue")
        worker = job["spec"]["mpiReplicaSpecs"]["Worker"]["template"]["spec"]
        self.assertEqual(worker["nodeSelector"],
                         {"node.kubernetes.io/instance-type": "ml.p5.48xlarge",
                          "sagemaker.amazonaws.com/node-health-status": "Schedulable"})

    def kubectl(self, ending):
        """One with which the job ends so; it writes down how it was called."""
        return stub(self.folder, "kubectl", f"""
echo "$*" >>{self.folder}/calls
case "$*" in
  *apply*) cat >/dev/null ;;
  *jsonpath*{ending}*) printf True ;;
  *cp*) mkdir -p "${{@: -1}}" && echo '{{}}' >"${{@: -1}}/$(basename "${{@: -1}}").json" ;;
esac
""")

    def measured(self, ending):
        self.kubectl(ending)
        return run([MEASURE], self.variables, self.folder)

    def calls(self):
        with open(os.path.join(self.folder, "calls"), encoding="utf-8") as file:
            return file.read()

    def test_fetches_the_document_and_removes_the_job(self):
        ended = self.measured("Succeeded")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertIn("calibrate fit", ended.stderr)
        self.assertEqual(len(glob.glob(self.folder + "/*/*.json")), 1)
        self.assertIn("delete mpijob", self.calls().strip().split("\n")[-1])

    def test_keeps_what_a_failed_job_measured(self):
        ended = self.measured("Failed")
        self.assertEqual(ended.returncode, 2)
        self.assertIn("what it measured before is in", ended.stderr)
        self.assertEqual(len(glob.glob(self.folder + "/*/*.json")), 1)
        self.assertIn("delete mpijob", self.calls().strip().split("\n")[-1])

    def test_names_what_is_missing(self):
        for variables, text in [({}, "SEXTANT_IMAGE"),
                                ({"SEXTANT_IMAGE": IMAGE}, "SEXTANT_INSTANCE"),
                                ({"SEXTANT_IMAGE": IMAGE, "SEXTANT_INSTANCE": "x1.large"},
                                 "SEXTANT_RANKS_PER_NODE"),
                                ({"SEXTANT_IMAGE": IMAGE, "SEXTANT_INSTANCE": "trn2.48xlarge"},
                                 "nccom-test")]:
            with self.subTest(text):
                refused = run([MEASURE], variables)
                self.assertEqual(refused.returncode, 2)
                self.assertIn(text, refused.stderr)


class Slurm(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        for name in ("mpirun", "srun"):
            stub(self.folder, name, f'printf "%s\\n" {name} "$@"\n')
        self.variables = {"SLURM_JOB_ID": "7", "SLURM_JOB_NUM_NODES": "2",
                          "SLURM_NTASKS_PER_NODE": "8", "SLURM_SUBMIT_DIR": ROOT,
                          "SEXTANT_INSTANCE": "p5.48xlarge", "SEXTANT_FOLDER": self.folder,
                          "SEXTANT_COMM": "/bin/true"}

    def submitted(self, options=(), **variables):
        return run(["bash", SBATCH, *options], {**self.variables, **variables}, self.folder)

    def test_starts_a_rank_on_each_accelerator(self):
        ended = self.submitted(["--point-time", "2 s"], FI_LOG_LEVEL="warn")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        words = ended.stdout.split("\n")
        self.assertEqual(words[:5], ["mpirun", "-n", "16", "-N", "8"])
        self.assertIn("FI_LOG_LEVEL", words)
        self.assertIn("--point-time", words)
        document = os.path.join(self.folder, "p5.48xlarge-2-nodes-7.json")
        self.assertIn(document, words)
        self.assertIn(f"calibrate check {document}", ended.stderr)

    def test_keeps_what_nccl_tells(self):
        logs = os.path.join(self.folder, "p5.48xlarge-2-nodes-7.nccl")
        stub(self.folder, "mpirun",
             '[[ ! ${NCCL_DEBUG_FILE:-} ]] || touch "$NCCL_DEBUG_FILE"\n')
        self.assertIn(os.path.join(logs, "%h-%p.log"), self.submitted().stderr)
        elsewhere = self.submitted(NCCL_DEBUG="WARN", SLURM_JOB_ID="8").stderr
        self.assertIn("calibrate check", elsewhere)
        self.assertNotIn(".log", elsewhere)

    def test_runs_a_container_by_srun(self):
        ended = self.submitted(SEXTANT_CONTAINER="/fsx/image.sqsh", SEXTANT_COMM="")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        words = ended.stdout.split("\n")
        self.assertEqual(words[0], "srun")
        self.assertIn("--container-image=/fsx/image.sqsh", words)
        self.assertIn("sextant-comm", words)

    def test_processors_use_mpi(self):
        ended = self.submitted(SEXTANT_INSTANCE="hpc7a.96xlarge", SLURM_NTASKS_PER_NODE="192")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        words = ended.stdout.split("\n")
        self.assertEqual(words[words.index("--backend") + 1], "mpi")
        self.assertNotIn("pml", words)
        self.assertIn("--base cpu", ended.stderr)

    def test_warns_of_settings_of_older_guides(self):
        self.assertIn("NCCL_BUFFSIZE=4194304 is set",
                      self.submitted(NCCL_BUFFSIZE="4194304").stderr)

    def test_refuses_parts_of_nodes_and_other_places(self):
        for variables, text in [({"SLURM_NTASKS_PER_NODE": "4"}, "--ntasks-per-node=8"),
                                ({"SLURM_JOB_ID": ""}, "to be submitted"),
                                ({"SLURM_SUBMIT_DIR": "/tmp"}, "SEXTANT_ROOT"),
                                ({"SEXTANT_COMM": "/no/program"}, "there is no program")]:
            with self.subTest(text):
                refused = self.submitted(**variables)
                self.assertEqual(refused.returncode, 2)
                self.assertIn(text, refused.stderr)

    def test_says_how_it_ended(self):
        stub(self.folder, "mpirun", "exit 75\n")
        ended = self.submitted()
        self.assertEqual(ended.returncode, 75)
        self.assertIn("exit code 75", ended.stderr)


if __name__ == "__main__":
    unittest.main()
