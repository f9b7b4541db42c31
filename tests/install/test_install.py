#!/usr/bin/env python3
"""An installed Sextant finds its models, and its Debian package says what it depends on."""

import glob
import os
import subprocess
import tempfile
import unittest

BUILD = os.environ["SEXTANT_BUILD"]
CLEAN = {key: value for key, value in os.environ.items() if key != "SEXTANT_MODELS"}


def run(*command, cwd="/"):
    return subprocess.run(command, cwd=cwd, env=CLEAN, capture_output=True, text=True, check=True)


class Install(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="sextant install ")
        self.addCleanup(self.folder.cleanup)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def expect_forecast(self, prefix):
        program = os.path.join(prefix, "bin", "sextant")
        scenario = os.path.join(prefix, "share", "sextant", "scenarios", "llama3-8b-2xp5.json")
        result = run(program, "plan", scenario, "--json")
        self.assertIn(prefix + "/share/sextant/models/", os.path.abspath(
            "/" + result.stdout.split('"files"')[1].split('"path": "')[2].split('"')[0]))

    def test_finds_its_models_wherever_it_is_installed(self):
        run("cmake", "--install", BUILD, "--prefix", self.path("here"))
        os.rename(self.path("here"), self.path("there"))
        self.expect_forecast(self.path("there"))
        self.assertEqual(os.path.exists(os.path.join(BUILD, "bin", "sextant-flow")),
                         os.path.exists(self.path("there/bin/sextant-flow")))
        for page in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "copyright", "LICENSES.txt"):
            self.assertTrue(os.path.getsize(self.path("there/share/doc/sextant/" + page)))

    def test_carries_what_pages_need(self):
        run("cmake", "--install", BUILD, "--prefix", self.path("here"))
        self.assertFalse(glob.glob(self.path("here/**/node_modules"), recursive=True))
        self.assertFalse(glob.glob(self.path("here/**/*.[jt]s"), recursive=True))
        scenario = self.path("here/share/sextant/scenarios/llama3-8b-2xp5.json")
        page = self.path("page.html")
        run(self.path("here/bin/sextant"), "plan", scenario, "--replicas", "2", "--html", page)
        with open(page, encoding="utf-8") as file:
            self.assertIn("<script>", file.read())

    def test_debian_package_names_its_dependencies_and_works(self):
        run("cpack", "-G", "DEB", "-B", self.folder.name, cwd=BUILD)
        package, = glob.glob(self.path("*.deb"))
        depends = run("dpkg-deb", "-f", package, "Depends").stdout
        for library in ("libboost-program-options1.74.0", "libfmt9", "libstdc++6", "libxxhash0",
                        "libyaml-cpp0.7"):
            self.assertIn(library, depends)
        run("dpkg-deb", "-x", package, self.path("root"))
        with open(self.path("root/usr/share/doc/sextant/LICENSES.txt"), encoding="utf-8") as file:
            self.assertIn("echarts", file.read())
        self.expect_forecast(self.path("root/usr"))


if __name__ == "__main__":
    unittest.main()
