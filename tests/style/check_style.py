#!/usr/bin/env python3
"""Checks the style of the sources and the direction of their includes.

Usage: check_style.py [FOLDER]      the repository by default
Prints one line per finding, "path:line: what"; exits 1 if there is one.
"""

import os
import re
import subprocess
import sys

from rooms import ROOMS, allowed, room_of, room_of_include

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
COLUMNS = 100
LONG_FILE = 400  # lines; a warning only

CODE_FOLDERS = ("include", "sim", "src", "calibrate", "tests", "cmake", "reports/src")
CPP = (".h", ".cpp")
SCRIPT = (".ts", ".mjs")
PAGES = SCRIPT + (".css",)
TEXT = CPP + PAGES + (".py", ".sh", ".cmake", "CMakeLists.txt")
LAUNCHERS = ("sextant", "check", ".ci/run", "CMakeLists.txt", "reports/build.mjs",
             "reports/samples/regenerate")

SIM = ("sim/", "include/sextant/")
APPLICATION = SIM + ("src/", "calibrate/")
ORDERED = SIM + ("src/plan/", "src/run/")

# (pattern, where: path prefixes, why). Looked for in code, outside comments and strings.
BANNED = [
    (r"\bs?rand\s*\(|std::random_device", APPLICATION, "use the kernel's random streams"),
    (r"std::\w+_distribution\b|std::shuffle\b", APPLICATION,
     "the standard library's differ between versions: use the kernel's distributions"),
    (r"\bshared_ptr\b", APPLICATION, "one owner: unique_ptr, or a const reference"),
    (r"^\s*using namespace\b(?!.*literals)", ("",), "no using-directives"),
    (r"\b(f|s|sn|v)?printf\s*\(|\bputs\s*\(|<iostream>|<fstream>|std::c(out|err)\b", SIM,
     "nothing in sim/ prints or opens a file"),
    (r"nlohmann|<filesystem>|\bgetenv\b", SIM, "nothing in sim/ parses JSON or sees the machine"),
    (r"\bunordered_\w+", ORDERED, "order must not depend on a hash: use map, set or a vector"),
    (r"\b(system_clock|steady_clock|high_resolution_clock)\b", SIM,
     "simulated time only"),
    (r"std::(log|exp|pow)(2|10|1p|m1)?\s*\(|std::(tgamma|lgamma|erf|sin|cos|tan)\s*\(", SIM,
     "libm differs between CPUs: use the kernel's own log and exp"),
    (r"\b(if|while|switch)\s*\((?!\w[\w:<>&* ]*\s\w+\s*=)(?:[^()]|\([^()]*\)|\()*\bco_await\b",
     ("",), "gcc 12 miscompiles co_await in a condition: name its result first"),
]
# The one place where the simulator may print: a failed assertion ends the program.
EXCEPTIONS = {"sim/kernel/assert.cpp": "nothing in sim/ prints or opens a file"}

# Likewise in the sources of the pages.
ASKING = r"\bfetch\s*\(|\bXMLHttpRequest\b|\bWebSocket\b|\bEventSource\b"
BANNED_IN_PAGES = [
    (r"\b(inner|outer)HTML\b|\binsertAdjacentHTML\b|\bdocument\.write\b",
     "text is text: make elements with dom.ts"),
    (r"\beval\s*\(|\bnew Function\b", "the page's policy forbids it"),
    (ASKING, "a page asks for nothing"),
    (r"\bMath\.random\b", "the same document has the same page"),
]
# Pages with a program behind them ask that.
SERVED = ("reports/src/serve", "reports/src/pages/serve")
# Black and white are what is written on other colours.
COLOR = re.compile(r"#(?!0{3,6}\b|f{3,6}\b)[0-9a-fA-F]{3,8}\b|\b(rgba?|hsla?)\(\s*\d")

LEFTOVER = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX)\b")
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')


def source_files(root):
    """Paths relative to root, sorted, of everything that is checked."""
    found = [name for name in LAUNCHERS if os.path.isfile(os.path.join(root, name))]
    for folder in CODE_FOLDERS:
        for place, folders, names in os.walk(os.path.join(root, folder)):
            folders[:] = [name for name in folders if name != "__pycache__"]
            found += [os.path.relpath(os.path.join(place, name), root)
                      for name in names if name.endswith(TEXT)]
    return sorted(found)


def code_only(text):
    """The text with comments and string contents blanked, lines kept."""
    pattern = re.compile(
        r'//[^\n]*|/\*.*?\*/|R"\((?:.*?)\)"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', re.S)

    def blank(match):
        found = match.group(0)
        if found.startswith("/"):
            return "\n" * found.count("\n") or " "
        return '""' + "\n" * found.count("\n")

    # Names of included headers are not strings to be blanked.
    return "\n".join(
        original if original.lstrip().startswith("#") else blanked
        for original, blanked in zip(text.split("\n"), pattern.sub(blank, text).split("\n")))


def check_lines(path, lines):
    for number, line in enumerate(lines, 1):
        if len(line) > COLUMNS and not path.endswith(PAGES):  # of those, prettier decides
            yield number, f"{len(line)} columns, at most {COLUMNS}"
        if line != line.rstrip():
            yield number, "trailing blanks"
        if "\t" in line:
            yield number, "tab"
        if LEFTOVER.search(line):
            yield number, "leftover: do it or open an issue"


def check_words(path, lines):
    for pattern, places, why in BANNED:
        if not path.startswith(places) or EXCEPTIONS.get(path) == why:
            continue
        for number, line in enumerate(lines, 1):
            found = re.search(pattern, line)
            if found:
                yield number, f"'{found.group(0).strip()}': {why}"


def check_page(lines, code, served):
    """A source of the pages. Colours are looked for in its strings, too."""
    for pattern, why in BANNED_IN_PAGES:
        if served and pattern == ASKING:
            continue
        for number, line in enumerate(code, 1):
            found = re.search(pattern, line)
            if found:
                yield number, f"'{found.group(0).strip()}': {why}"
    for number, line in enumerate(lines, 1):
        found = COLOR.search(line)
        if found:
            yield number, f"'{found.group(0)}': colours stand in reports/src/theme.css"


def check_header(path, lines):
    first = next((line for line in lines if line and not line.startswith("//")), "")
    if first != "#pragma once":
        yield 1, "a header starts with #pragma once"


def own_header(path, root):
    """The header that belongs to a .cpp, as it would be included; None if there is none."""
    stem = path[:-len(".cpp")]
    if os.path.isfile(os.path.join(root, stem + ".h")):
        return stem + ".h"
    if path.startswith("sim/"):
        public = "sextant/" + stem[len("sim/"):] + ".h"
        if os.path.isfile(os.path.join(root, "include", public)):
            return public
    return None


def check_own_header_first(path, lines, root):
    """So that every header compiles alone."""
    own = own_header(path, root)
    included = [match.group(1) for match in map(INCLUDE.match, lines) if match]
    if own and (not included or included[0] not in (own, os.path.basename(own))):
        yield 1, f'include "{own}" first, so that it is known to compile alone'


def check_includes(path, lines):
    room = room_of(path)
    if room is None:
        return
    if room not in ROOMS:
        yield 1, f"unknown room '{room}': add it to tests/style/rooms.py"
        return
    for number, line in enumerate(lines, 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        target, private = room_of_include(match.group(1))
        if target is None and "/" not in match.group(1):
            continue  # in the same folder
        if target is None:
            yield number, f'include "{match.group(1)}" by its path from the repository\'s top'
        elif target not in allowed(room):
            yield number, f"room '{room}' may not include room '{target}'"
        elif private and target != room:
            yield number, f"'{match.group(1)}' is private to room '{target}'"


def check_links(path, text):
    """What a room links (USES) is what it may include."""
    for match in re.finditer(r"sextant_room\((\w+)([^)]*)\)", text):
        room, arguments = match.groups()
        uses = re.search(r"\bUSES\s+((?:[a-z_]+\s*)*)", arguments)
        number = text[:match.start()].count("\n") + 1
        for used in (uses.group(1).split() if uses else []):
            if room in ROOMS and used in ROOMS and used not in allowed(room):
                yield number, f"room '{room}' may not use room '{used}'"


def check_file(path, root):
    with open(os.path.join(root, path), encoding="utf-8") as file:
        text = file.read()
    lines = text.split("\n")
    yield from check_lines(path, lines)
    if text and not text.endswith("\n"):
        yield len(lines), "no newline at the end"
    if path.endswith(CPP):
        code = code_only(text).split("\n")
        yield from check_words(path, code)
        yield from check_includes(path, code)
        if path.endswith(".h"):
            yield from check_header(path, lines)
        else:
            yield from check_own_header_first(path, code, root)
    if path.startswith("reports/src/") and path.endswith(SCRIPT):
        yield from check_page(lines, code_only(text).split("\n"), path.startswith(SERVED))
    if path.endswith("CMakeLists.txt"):
        yield from check_links(path, text)
    if len(lines) > LONG_FILE:
        print(f"{path}: note: {len(lines)} lines", file=sys.stderr)


def check_format(paths, root):
    """clang-format, the version that .clang-format was written for."""
    sources = [path for path in paths if path.endswith(CPP)]
    if not sources:
        return
    style = "--style=file:" + os.path.join(REPOSITORY, ".clang-format")
    result = subprocess.run(["clang-format-14", style, "--dry-run", "--Werror", *sources],
                            cwd=root, stderr=subprocess.PIPE, text=True, check=False)
    unformatted = sorted({line.split(":")[0] for line in result.stderr.split("\n")
                          if ": error: code should be clang-formatted" in line})
    if result.returncode != 0 and not unformatted:
        yield "clang-format-14", 1, result.stderr.strip()
    for path in unformatted:
        yield path, 1, "not formatted: run clang-format-14 -i on it"


def check(root):
    """Every finding as (path, line, text)."""
    paths = source_files(root)
    findings = [(path, *found) for path in paths for found in check_file(path, root)]
    return findings + list(check_format(paths, root))


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else REPOSITORY
    findings = check(root)
    for path, line, text in findings:
        print(f"{path}:{line}: {text}")
    print(f"{len(source_files(root))} files, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
