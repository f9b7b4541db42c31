#!/usr/bin/env python3
"""The README's table of errors from made-up validations: refused rows, missing figures, peers."""

import sys

import readme_table


def entry(name, n, mape, **figures):
    return {"set": name, "n": n, "refused": 0, "mape": mape, "median": mape / 2, "p90": 2 * mape,
            "bias": -mape, "baseline_mape": 0.1, "noise_floor": None, "coverage": 0.8,
            "intervals": {"score": 0.1, "score_of_one_width": 0.2},
            "memory": {"n": 4, "mape": 0.05, "median": 0.04},
            "order": {"clusters": 2, "pairs": 1234, "share_ordered": 0.95, "regret": 0.01},
            **figures}


def document(mape):
    return {"sets": [entry("korth a100", 6, mape), entry("newcomer x1", 5, 0.2),
                     entry("all", 11, mape)],
            "coverage_averaged_over_sets": 0.75,
            "rows": [{"id": "korth-a", "error": -mape}, {"id": "korth-b", "refused": "too large"},
                     {"id": "vtrain-single", "error": 0.02}, {"id": "vtrain-multi", "error": 0.04}]}


EXPECTED = [
    "| Korthikanti et al., A100 | 6 | 0 | 1.5 % | 3.0 % | 6.0 % | −3.0 % | 10.0 % | – | 80.0 % | "
    "2.0 % | 4.0 % |",
    "| newcomer x1 | 5 | 0 |",
    "| **all** | **11** |",
    "Of 1,234 pairs",
    "85.0 % are called infeasible",
    "The constant MFU is better in these sets",
    "newcomer x1.",
    "| Korthikanti et al.'s rows | Sextant | 51.5 %, worst 100.0 % | 2 rows,",
    "| vTrain's single-node rows | Sextant | 2.0 %, worst 2.0 % | 1 rows,",
    "| vTrain's multi-node rows | Sextant | 4.0 %, worst 4.0 % | 1 rows,",
    "|  | Calculon | 3.65 %, worst 8.87 % |",
]


def main():
    failures = {"sets": [{"set": "all", "n": 100, "share_infeasible": 0.85}]}
    one_node = {"korth-a": True, "korth-b": False, "vtrain-single": True, "vtrain-multi": False}
    table = readme_table.text(document(0.03), document(0.04), failures, one_node)
    faults = [part for part in EXPECTED if part not in table.replace("\n", " ")]
    readme = "before\n" + readme_table.BEGIN + "old\n" + readme_table.END + "after\n"
    written = readme_table.replaced(readme, table)
    if readme_table.between_markers(written) != table or not written.endswith("after\n"):
        faults.append("the table is not put between its markers")
    print("\n".join(f"missing: {fault}" for fault in faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
