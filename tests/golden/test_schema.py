#!/usr/bin/env python3
"""The published JSON Schema accepts every good scenario and refuses what it can see is wrong."""

import glob
import json
import os
import re
import unittest

import jsonschema

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SCHEMA = "scenarios/scenario.schema.json"
GOVERNANCE_SCHEMA = "scenarios/governance.schema.json"
STUDY_SCHEMA = "scenarios/study.schema.json"
ENDPOINTS_SCHEMA = "scenarios/endpoints.schema.json"

# Faults of one value by itself. Conflicts between values, and names that the catalogue does not
# have, are beyond a schema.
REFUSED = ("bare_number", "missing_key", "nan_text", "negative_quantity", "unit_dimension",
           "unit_unknown", "unknown_key", "word_misspelt", "wrong_type_array", "wrong_type_bool")

REFUSED_GOVERNANCE = ("governance_negative_time", "governance_unknown_key", "governance_weight")

REFUSED_STUDIES = ("study_unknown_key",)

REFUSED_ENDPOINTS = ("endpoints_unknown_key",)


def read(path):
    """A scenario as JSON: without its comments."""
    with open(os.path.join(SOURCE, path), encoding="utf-8") as file:
        text = file.read()
    token = re.compile(r'("(?:\\.|[^"\\])*")|//[^\n]*|/\*.*?\*/', re.S)
    return json.loads(token.sub(lambda match: match.group(1) or "", text))


class Schema(unittest.TestCase):
    def setUp(self):
        self.schema = read(SCHEMA)
        self.validator = jsonschema.Draft202012Validator(self.schema)

    def test_is_a_schema(self):
        jsonschema.Draft202012Validator.check_schema(self.schema)

    def test_accepts_good_scenarios(self):
        paths = glob.glob("scenarios/*.json", root_dir=SOURCE)
        paths += glob.glob("scenarios/published/*.json", root_dir=SOURCE)
        paths += glob.glob("tests/data/good/*.json", root_dir=SOURCE)
        paths = [path for path in paths if not path.endswith(".schema.json")]
        self.assertGreaterEqual(len(paths), 3)
        for path in paths:
            with self.subTest(path):
                self.validator.validate(read(path))

    def test_refuses_bad_scenarios(self):
        for name in REFUSED:
            with self.subTest(name):
                self.assertFalse(self.validator.is_valid(read(f"tests/data/bad/{name}.json")))


class GovernanceSchema(unittest.TestCase):
    def setUp(self):
        self.schema = read(GOVERNANCE_SCHEMA)
        self.validator = jsonschema.Draft202012Validator(self.schema)

    def test_is_a_schema(self):
        jsonschema.Draft202012Validator.check_schema(self.schema)

    def test_accepts_good_scenarios(self):
        paths = glob.glob("scenarios/governance/*.json", root_dir=SOURCE)
        paths += glob.glob("tests/data/governance/*.json", root_dir=SOURCE)
        self.assertGreaterEqual(len(paths), 7)
        for path in paths:
            with self.subTest(path):
                self.validator.validate(read(path))

    def test_refuses_bad_scenarios(self):
        for name in REFUSED_GOVERNANCE:
            with self.subTest(name):
                self.assertFalse(self.validator.is_valid(read(f"tests/data/bad/{name}.json")))


class EndpointsSchema(unittest.TestCase):
    def setUp(self):
        self.schema = read(ENDPOINTS_SCHEMA)
        self.validator = jsonschema.Draft202012Validator(self.schema)

    def test_is_a_schema(self):
        jsonschema.Draft202012Validator.check_schema(self.schema)

    def test_accepts_good_scenarios(self):
        paths = glob.glob("scenarios/endpoints/*.json", root_dir=SOURCE)
        paths += glob.glob("tests/data/endpoints/*.json", root_dir=SOURCE)
        self.assertGreaterEqual(len(paths), 6)
        for path in paths:
            with self.subTest(path):
                self.validator.validate(read(path))

    def test_refuses_bad_scenarios(self):
        for name in REFUSED_ENDPOINTS:
            with self.subTest(name):
                self.assertFalse(self.validator.is_valid(read(f"tests/data/bad/{name}.json")))


class StudySchema(unittest.TestCase):
    def setUp(self):
        self.validator = jsonschema.Draft202012Validator(read(STUDY_SCHEMA))

    def test_accepts_good_studies(self):
        paths = glob.glob("scenarios/studies/*.json", root_dir=SOURCE)
        paths += glob.glob("tests/data/studies/*.json", root_dir=SOURCE)
        self.assertGreaterEqual(len(paths), 9)
        for path in paths:
            with self.subTest(path):
                self.validator.validate(read(path))

    def test_refuses_bad_studies(self):
        for name in REFUSED_STUDIES:
            with self.subTest(name):
                self.assertFalse(self.validator.is_valid(read(f"tests/data/bad/{name}.json")))


if __name__ == "__main__":
    unittest.main()
