#!/usr/bin/env python3
"""Every rule of check_style.py finds its violation, and clean files have no findings."""

import os
import tempfile
import unittest

from check_style import check
from rooms import ROOMS, allowed

CLEAN_HEADER = "#pragma once\n\nnamespace sextant {}\n"

# (rule, path, text, expected part of the finding)
VIOLATIONS = [
    ("long line", "src/io/a.cpp", "// " + "x" * 99 + "\n", "102 columns"),
    ("blanks", "src/io/a.cpp", "int a; \n", "trailing blanks"),
    ("tab", "src/io/a.cpp", "int\ta;\n", "tab"),
    ("leftover", "tests/unit/a.cpp", "// TO" "DO: finish\n", "leftover"),
    ("last newline", "cmake/a.cmake", "set(a 1)", "no newline at the end"),
    ("pragma", "include/sextant/kernel/a.h", "namespace sextant {}\n", "#pragma once"),
    ("rand", "sim/fleet/a.cpp", "int a = std::rand();\n", "random streams"),
    ("distribution", "src/run/a.cpp", "std::normal_distribution<> d;\n", "distributions"),
    ("shared_ptr", "src/io/a.cpp", "std::shared_ptr<int> p;\n", "one owner"),
    ("using", "tests/unit/a.cpp", "using namespace std;\n", "using-directives"),
    ("printf", "sim/fleet/a.cpp", "void f() { printf(\"a\"); }\n", "nothing in sim/ prints"),
    ("iostream", "sim/fleet/a.cpp", "#include <iostream>\n", "nothing in sim/ prints"),
    ("json", "sim/fleet/a.cpp", "#include <nlohmann/json.hpp>\n", "parses JSON"),
    ("unordered", "src/plan/a.cpp", "std::unordered_map<int, int> m;\n", "hash"),
    ("clock", "sim/kernel/a.cpp", "using c = std::chrono::steady_clock;\n", "simulated time"),
    ("libm", "sim/fleet/a.cpp", "double a = std::exp(1.0);\n", "own log and exp"),
    ("co_await", "sim/fleet/a.cpp", "if ((co_await delay(f(1), 2)).interrupted()) g();\n",
     "name its result first"),
    ("upwards", "sim/kernel/a.cpp", '#include "sextant/fleet/node.h"\n',
     "room 'kernel' may not include room 'fleet'"),
    ("sideways", "sim/ledger/a.cpp", '#include "sextant/campaign/a.h"\n',
     "room 'ledger' may not include room 'campaign'"),
    ("application", "sim/kernel/a.cpp", '#include "src/io/a.h"\n',
     "room 'kernel' may not include room 'io'"),
    ("calibrate", "calibrate/fit/a.cpp", '#include "src/plan/plan.h"\n',
     "room 'calibrate' may not include room 'plan'"),
    ("private", "sim/campaign/a.cpp", '#include "sim/training/stages.h"\n',
     "private to room 'training'"),
    ("relative", "src/io/a.cpp", '#include "../io/units.h"\n', "by its path"),
    ("unknown room", "src/attic/a.cpp", "int a;\n", "unknown room 'attic'"),
    ("links", "sim/kernel/CMakeLists.txt", "sextant_room(kernel SOURCES a.cpp USES fleet)\n",
     "room 'kernel' may not use room 'fleet'"),
    ("html", "reports/src/a.ts", "element.innerHTML = name;\n", "text is text"),
    ("eval", "reports/src/pages/a.ts", "const f = new Function(text);\n", "policy forbids"),
    ("request", "reports/src/pages/a.ts", "await fetch(url);\n", "asks for nothing"),
    ("chance", "reports/src/a.ts", "const x = Math.random();\n", "has the same page"),
    ("colour", "reports/src/a.ts", 'const red = "#ff0010";\n', "theme.css"),
    ("colour by parts", "reports/src/a.ts", 'const red = "rgba(255, 0, 0, 0.5)";\n', "theme.css"),
    ("format", "src/io/a.cpp", "int  a ;\n", "not formatted"),
]

CLEAN = [
    ("words in comments", "sim/fleet/a.cpp", "// printf( and std::rand( and unordered_map\n"),
    ("words in strings", "sim/fleet/a.cpp", 'const char* a = "std::exp(1)";\n'),
    ("downwards", "sim/campaign/a.cpp", '#include "sextant/kernel/quantity.h"\n'),
    ("printing above", "src/report/a.cpp", "#include <iostream>\n"),
    ("page's names", "reports/src/a.ts", "// innerHTML, fetch(\nconst ink = \"#000000\";\n"),
    ("served page", "reports/src/serve/a.ts", 'await fetch("/forecast");\n'),
    ("header", "include/sextant/kernel/a.h", CLEAN_HEADER),
    ("links", "sim/fleet/CMakeLists.txt", "sextant_room(fleet USES cluster storage)\n"),
]


def findings(files):
    with tempfile.TemporaryDirectory() as root:
        for path, text in files.items():
            os.makedirs(os.path.join(root, os.path.dirname(path)), exist_ok=True)
            with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                file.write(text)
        return [f"{path}:{line}: {text}" for path, line, text in check(root)]


class CheckStyle(unittest.TestCase):
    def test_finds_every_violation(self):
        for rule, path, text, expected in VIOLATIONS:
            with self.subTest(rule):
                found = findings({path: text})
                self.assertTrue(any(line.startswith(path) and expected in line for line in found),
                                f"expected '{expected}' in {found}")

    def test_wants_own_header_first(self):
        files = {"sim/fleet/a.cpp": '#include <vector>\n\n#include "sextant/kernel/b.h"\n',
                 "include/sextant/fleet/a.h": CLEAN_HEADER}
        self.assertIn("first", " ".join(findings(files)))

    def test_passes_clean_files(self):
        for rule, path, text in CLEAN:
            with self.subTest(rule):
                self.assertEqual(findings({path: text}), [])

    def test_rooms_have_no_cycle(self):
        for room in ROOMS:
            for below in ROOMS[room]:
                self.assertNotIn(room, allowed(below), f"{room} and {below} include each other")


if __name__ == "__main__":
    unittest.main()
