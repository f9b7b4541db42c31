#!/usr/bin/env python3
"""The launchers ./sextant and ./check, with stand-ins for apt, dpkg, cmake and ninja on the PATH.

Every stand-in writes a line into a log, so that a test sees what the launcher has asked for.
"""

import os
import shutil
import subprocess
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
NOBODY = 65534

PACKAGES = """# comment: g++ # build
alpha  # build  needed to build
beta   # build  also
gamma  # check  needed to check
delta  # dev    by hand
"""

STAND_INS = {
    "dpkg-query": 'cat "$FAKE/installed"',
    "apt-get": '''echo "apt-get $*" >>"$FAKE/log"
        [[ $* == *install* ]] || exit 0
        [[ -e $FAKE/offline ]] && { echo "E: no network" >&2; exit 100; }
        for name in alpha beta gamma; do
          [[ " $* " == *" $name "* ]] && echo "installed $name" >>"$FAKE/installed"
        done
        exit 0''',
    "cmake": 'echo "cmake $*" >>"$FAKE/log"',
    "ninja": '''echo "ninja $*" >>"$FAKE/log"
        [[ -e $FAKE/broken ]] && { echo "FAILED: thing"; echo "its error"; exit 1; }
        sleep 0.2
        mkdir -p "$2/bin"
        printf '#!/bin/sh\\nprintf "%%s|" "$@"\\n' >"$2/bin/sextant"
        chmod +x "$2/bin/sextant"''',
    "sudo": 'exit 1',
}


class Launcher(unittest.TestCase):
    def setUp(self):
        self.fake = tempfile.mkdtemp(prefix="sextant launcher ")
        self.addCleanup(shutil.rmtree, self.fake)
        self.root = os.path.join(self.fake, "my copy")
        os.makedirs(os.path.join(self.root, "cmake"))
        for folder in ("include", "sim", "src", "calibrate", "reports/dist"):
            os.makedirs(os.path.join(self.root, folder))
        for name in ("sextant", "check", "cmake/prepare.sh"):
            shutil.copy(os.path.join(ROOT, name), os.path.join(self.root, name))
        self.write("packages.txt", PACKAGES)
        self.write("CMakeLists.txt", "")
        self.write("CMakePresets.json", "{}")
        self.write("src/a.cpp", "int a;\n")
        for name, body in STAND_INS.items():
            path = os.path.join(self.fake, "bin", name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(f"#!/bin/bash\n{body}\n")
            os.chmod(path, 0o755)
        self.touch("installed")
        self.touch("log")
        os.chmod(self.fake, 0o777)

    def write(self, name, text):
        with open(os.path.join(self.root, name), "w", encoding="utf-8") as file:
            file.write(text)

    def touch(self, name):
        path = os.path.join(self.fake, name)
        with open(path, "a", encoding="utf-8"):
            pass
        os.chmod(path, 0o666)

    def log(self):
        with open(os.path.join(self.fake, "log"), encoding="utf-8") as file:
            return file.read().splitlines()

    def start(self, *arguments, launcher="sextant", user=None):
        environment = {**os.environ, "FAKE": self.fake,
                       "PATH": os.path.join(self.fake, "bin") + ":/usr/bin:/bin"}
        return subprocess.Popen([os.path.join(self.root, launcher), *arguments], cwd="/",
                                env=environment, stdin=subprocess.DEVNULL, user=user,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run_it(self, *arguments, **options):
        with self.start(*arguments, **options) as process:
            out, err = process.communicate(timeout=30)
        return process.returncode, out, err

    def as_root(self):
        if os.geteuid() != 0:
            self.skipTest("only root may install")


class FirstStart(Launcher):
    def test_installs_builds_and_passes_arguments_untouched(self):
        self.as_root()
        code, out, err = self.run_it("plan", "a b", "", "--", "$x;*")
        self.assertEqual((code, out), (0, "plan|a b||--|$x;*|"), err)
        log = self.log()
        self.assertIn("apt-get -o DPkg::Lock::Timeout=300 update", log[0])
        self.assertIn("install -y --no-install-recommends alpha beta ", log[1])
        self.assertEqual(log[2], "cmake --preset release")
        self.assertTrue(log[3].startswith("ninja -C"), log)
        self.assertIn("first start", err)

    def test_nothing_missing_nothing_installed(self):
        self.write("../installed", "installed alpha\ninstalled beta\n")
        self.assertEqual(self.run_it()[0], 0)
        self.assertFalse([line for line in self.log() if line.startswith("apt-get")])

    def test_what_an_installed_package_provides_is_not_missing(self):
        self.write("../installed", "installed alpha, \n"
                                   "installed other, something, beta (= 2.0), beta-dev\n")
        self.assertEqual(self.run_it()[0], 0)
        self.assertFalse([line for line in self.log() if line.startswith("apt-get")])

    def test_what_a_removed_package_provided_is_missing(self):
        self.as_root()
        self.write("../installed", "installed alpha, \nconfig-files other, beta\n"
                                   "installed third, beta-dev, not-beta\n")
        self.assertEqual(self.run_it()[0], 0)
        self.assertIn("install -y --no-install-recommends beta ", self.log()[1])

    def test_without_rights_says_the_exact_command(self):
        user = NOBODY if os.geteuid() == 0 else None
        os.chmod(self.root, 0o777)
        code, out, err = self.run_it("plan", user=user)
        self.assertEqual((code, out), (69, ""), err)
        self.assertIn("apt-get update && apt-get install -y --no-install-recommends alpha beta\n",
                      err)
        self.assertEqual(self.log(), [])

    def test_without_a_network_says_the_exact_command(self):
        self.as_root()
        self.touch("offline")
        code, out, err = self.run_it("plan")
        self.assertEqual((code, out), (69, ""))
        self.assertIn("E: no network", err)
        self.assertIn("apt-get install -y --no-install-recommends alpha beta\n", err)


class LaterStart(Launcher):
    def setUp(self):
        super().setUp()
        self.write("../installed", "installed alpha\ninstalled beta\ninstalled gamma\n")
        self.run_it()
        self.built = len(self.log())

    def test_does_nothing_but_run(self):
        self.assertEqual(self.run_it("version"), (0, "version|", ""))
        self.assertEqual(len(self.log()), self.built)

    def test_builds_when_a_source_changed_came_or_went(self):
        for change in (lambda: self.write("src/a.cpp", "int b;\n"),
                       lambda: self.write("src/new.cpp", "int c;\n"),
                       lambda: os.remove(os.path.join(self.root, "src/new.cpp")),
                       lambda: self.write("packages.txt", PACKAGES)):
            before = len(self.log())
            time.sleep(0.02)
            change()
            self.assertEqual(self.run_it("x")[:2], (0, "x|"))
            self.assertEqual(len(self.log()), before + 2)

    def test_models_are_not_sources(self):
        os.makedirs(os.path.join(self.root, "models"))
        self.write("models/a.json", "{}")
        self.run_it()
        self.assertEqual(len(self.log()), self.built)

    def test_a_failed_build_is_70_and_leaves_the_program_out_of_date(self):
        time.sleep(0.02)
        self.write("src/a.cpp", "int\n")
        self.touch("broken")
        for _ in range(2):
            code, out, err = self.run_it("plan")
            self.assertEqual((code, out), (70, ""))
            self.assertIn("its error", err)
            self.assertIn("full log: " + os.path.join(self.root, "build/release.log"), err)

    def test_two_at_once_build_once(self):
        time.sleep(0.02)
        self.write("src/a.cpp", "int d;\n")
        both = [self.start("one"), self.start("two")]
        outputs = [process.communicate(timeout=30)[0] for process in both]
        self.assertEqual(outputs, ["one|", "two|"])
        self.assertEqual(len(self.log()), self.built + 2)

    def test_a_link_to_the_launcher_works(self):
        link = os.path.join(self.fake, "link")
        os.symlink(os.path.join(self.root, "sextant"), link)
        result = subprocess.run([link, "x"], capture_output=True, text=True, check=False)
        self.assertEqual((result.stdout, result.stderr), ("x|", ""))


class Check(Launcher):
    def test_refuses_unknown_arguments(self):
        code, _, err = self.run_it("--lnog", launcher="check")
        self.assertEqual(code, 2)
        self.assertIn("usage: ./check [--long]", err)

    def test_help_says_what_it_does(self):
        code, out, _ = self.run_it("--help", launcher="check")
        self.assertEqual(code, 0)
        self.assertTrue(out.startswith("Runs every test once: ./check [--long]."), out)


class PackageList(unittest.TestCase):
    def test_every_line_has_name_kind_and_reason(self):
        with open(os.path.join(ROOT, "packages.txt"), encoding="utf-8") as file:
            lines = [line for line in file if not line.startswith("#")]
        names = [line.split()[0] for line in lines]
        self.assertEqual(len(names), len(set(names)))
        for line in lines:
            self.assertRegex(line, r"^[a-z0-9.+-]+ +# (build|check|dev) +\S")


if __name__ == "__main__":
    unittest.main()
