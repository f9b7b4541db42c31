#!/usr/bin/env python3
"""The README's table of measured campaigns from a made-up validation: values, bounds, intervals."""

import sys

import test_campaigns


def row(name, quantity, **figures):
    return {"id": name, "kind": "validation", "quantity": quantity, "expected": None, "ok": True,
            **figures}


DOCUMENT = {
    "rows": [
        row("days", "/forecast/wall_time_s/p50", expected=864000, got=950400, tolerance=0.2,
            p10_p90=[777600, 1036800], inside=True),
        row("share", "/forecast/ettr/mean", expected=0.9, got=0.85, absolute_tolerance=0.1,
            p10_p90=[0.8, 0.88], inside=False),
        row("bound", "/forecast/ettr/p50", at_least=0.9, at_most=0.95, got=0.93,
            p10_p90=[0.92, 0.94]),
        row("other", "/checkpoint/daly_s", expected=600, got=606, tolerance=0.02),
        {"id": "follows", "kind": "verification", "quantity": "/tier", "ok": True},
    ],
    "expectations": {"verification": {"n": 5, "hold": 4},
                     "validation": {"n": 4, "hold": 4, "with_interval": 2, "inside_p10_p90": 1}},
}

EXPECTED = [
    "| days | 10.0 | 11.0 | 9.0 .. 12.0 | yes | +10.0 % |",
    "| effective training time | 0.900 | 0.850 | 0.800 .. 0.880 | no | −0.050 |",
    "| effective training time | at least 0.900, at most 0.950 | 0.930 | 0.920 .. 0.940 |  |  |",
    "| /checkpoint/daly_s | 600 | 606 |  |  | +1.0 % |",
    "1 of 2 measured values lie inside p10 .. p90",
    "4 of 5 outcomes that follow from published inputs",
]


def main():
    table = test_campaigns.table_of(DOCUMENT).replace("\n", " ")
    faults = [f"missing: {part}" for part in EXPECTED if part not in table]
    if "follows.json" in table:
        faults.append("a verification stands among the validations")
    readme = "before\n" + test_campaigns.BEGIN + "old\n" + test_campaigns.END + "after\n"
    written = test_campaigns.with_table(readme, "new\n")
    if written != readme.replace("old", "new"):
        faults.append("the table is not put between its markers")
    if not any("shows other campaigns" in fault
               for fault in test_campaigns.faults_of(DOCUMENT, readme)):
        faults.append("an old table is not noticed")
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
