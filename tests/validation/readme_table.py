"""The README's table of errors on published runs, written from what `sextant validate` prints.

It stands between two markers. Our figures are computed; those of other tools are quoted, with where
they come from and how they were obtained.
"""

import re

BEGIN = ("<!-- errors on published runs: written by "
         "tests/validation/test_published_runs.py --update -->\n")
END = "<!-- end of errors on published runs -->\n"

# Set of the validation: (measured by whom, on what), in the order in which they are shown.
SETS = {
    "vtrain a100": "vTrain, A100",
    "korth a100": "Korthikanti et al., A100",
    "sc21 a100": "Narayanan et al. (SC'21), A100",
    "bigsci a100": "BigScience, A100",
    "bloom a100": "BLOOM, A100",
    "llmf a100": "MosaicML llm-foundry, A100",
    "internevo a100": "InternEvo, A100",
    "llmf h100": "MosaicML llm-foundry, H100",
    "dgxc h100": "NVIDIA DGX Cloud, H100",
    "mbridge h100": "Megatron-Bridge, H100",
    "nemo24.09 h100": "NeMo 24.09, H100",
    "nemo24.11 h100": "NeMo 24.11, H100",
    "mlperf h100": "MLPerf, H100",
    "mlperf h200": "MLPerf, H200",
    "mlperf gb200": "MLPerf, GB200",
    "titan h100": "torchtitan, H100",
    "aws h100": "torchtitan on AWS, H100",
    "neuron trainium1": "Neuron on AWS, Trainium",
    "core, pp 1": "AWS: p5, p6, trn1 with EFA, no pipeline",
    "core, pp > 1": "AWS: the same, with a pipeline",
    "tensor parallelism across nodes": "AWS: p5, tensor parallelism across nodes",
}

# (rows of ours, predicate on a row's id and whether it is of one node, tool, its figure, how)
PEERS = [
    ("vTrain's single-node rows", lambda row, one: row.startswith("vtrain") and one, [
        ("vTrain", "8.37 %", "its authors, on its 1,440 rows, kernels profiled on an A100"),
        ("Calculon", "38.95 %",
         "run on the same 1,440 rows with the A100 system file that it ships"),
    ]),
    ("vTrain's multi-node rows", lambda row, one: row.startswith("vtrain") and not one, [
        ("vTrain", "14.73 %", "its authors, up to 512 A100; which rows is not stated"),
        ("Calculon", "11.13 %",
         "the same on 103 of its 109 rows; 6 have more tensor ranks than it takes"),
    ]),
    ("Korthikanti et al.'s rows", lambda row, one: row.startswith("korth"), [
        ("Calculon", "3.65 %, worst 8.87 %", "its authors, on eight rows that it was tuned on"),
    ]),
]


def percent(share):
    return "–" if share is None else f"{100 * share:.1f} %"


def signed(share):
    return f"{100 * share:+.1f} %".replace("-", "−")


def markdown(head, rows, right):
    marks = ("---:" if column in right else "---" for column in range(len(head)))
    align = "|" + "|".join(marks) + "|"
    lines = ["| " + " | ".join(head) + " |", align]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def set_rows(family, origin):
    """A row per set, with its errors when its family, and when all of its source, is left out."""
    by_origin = {entry["set"]: entry for entry in origin["sets"]}
    known = list(SETS)
    ordered = sorted(family["sets"], key=lambda entry: (
        entry["set"] == "all", known.index(entry["set"]) if entry["set"] in SETS else len(known),
        entry["set"]))
    for entry in ordered:
        other = by_origin[entry["set"]]
        cells = [SETS.get(entry["set"], entry["set"]), str(entry["n"]), str(entry["refused"]),
                 percent(entry["median"]), percent(entry["mape"]), percent(entry["p90"]),
                 signed(entry["bias"]), percent(entry["baseline_mape"]),
                 percent(entry["noise_floor"]), percent(entry["coverage"]),
                 percent(other["median"]), percent(other["mape"])]
        yield [f"**{cell}**" for cell in cells] if entry["set"] == "all" else cells


def mean_error(document, chosen):
    errors = [abs(row.get("error", 1.0)) for row in document["rows"] if chosen(row)]
    return len(errors), sum(errors) / len(errors), max(errors)


def peer_rows(family, origin, one_node):
    for name, belongs, peers in PEERS:
        def chosen(row, belongs=belongs):
            return row["id"] in one_node and belongs(row["id"], one_node[row["id"]])
        count, mape, worst = mean_error(family, chosen)
        _, mape_origin, worst_origin = mean_error(origin, chosen)
        yield [name, "Sextant", f"{percent(mape)}, worst {percent(worst)}",
               f"{count} rows, their families left out of the fit"]
        yield ["", "", f"{percent(mape_origin)}, worst {percent(worst_origin)}",
               "the same, without anything from their source"]
        for tool, figure, how in peers:
            yield ["", tool, figure, how]


def sentences(family, failures):
    """What the table leaves out, in words."""
    everything = next(entry for entry in family["sets"] if entry["set"] == "all")
    better = [SETS.get(entry["set"], entry["set"]) for entry in family["sets"]
              if entry["set"] != "all" and entry["n"] >= 5
              and entry["baseline_mape"] < entry["mape"]]
    order, memory = everything["order"], everything["memory"]
    scores = everything["intervals"]
    failed = next(entry for entry in failures["sets"] if entry["set"] == "all")
    yield (f"Intervals of 80 % hold {percent(everything['coverage'])} of the rows, "
           f"{percent(family['coverage_averaged_over_sets'])} on average over sets; their mean "
           f"score on log time is {scores['score']:.3f}, that of the best single width "
           f"{scores['score_of_one_width']:.3f} (less is better).")
    yield (f"Of {order['pairs']:,} pairs of layouts of one model on one cluster that were measured "
           f"more than 3 % apart, {percent(order['share_ordered'])} are ordered right; the layout "
           f"that is forecast to be fastest took {percent(order['regret'])} longer than the "
           f"fastest, on average over {order['clusters']} clusters.")
    yield (f"Peak memory, as frameworks print it on the first rank: {percent(memory['mape'])} on "
           f"{memory['n']} rows (median {percent(memory['median'])}).")
    yield (f"Of {failed['n']} layouts that nanotron could not run, "
           f"{percent(failed['share_infeasible'])} are called infeasible; the source does not tell "
           f"crashes from want of memory.")
    if better:
        yield ("The constant MFU is better in these sets of five rows or more, each of one stack "
               "on one cluster, to which it is fitted: " + "; ".join(better) + ".")


def wrapped(sentence, width=140):
    lines = [""]
    for word in sentence.split(" "):
        if len(lines[-1]) + len(word) + 1 > width and lines[-1]:
            lines.append("")
        lines[-1] += (" " if lines[-1] else "") + word
    return "\n".join(lines)


def text(family, origin, failures, one_node):
    """All that stands between the markers."""
    errors = markdown(
        ["measured by, on", "rows", "refused", "median", "MAPE", "p90", "bias", "one MFU", "noise",
         "covered", "source out: median", "MAPE"],
        set_rows(family, origin), range(1, 12))
    peers = markdown(["rows", "tool", "mean error", "how it was obtained"],
                     peer_rows(family, origin, one_node), [2])
    words = wrapped(" ".join(sentences(family, failures)))
    others = "Other tools on rows of the same sources, of which not all are shipped:\n"
    return "\n".join([errors, words + "\n", others, peers])


def between_markers(readme):
    match = re.search(re.escape(BEGIN) + "(.*?)" + re.escape(END), readme, re.S)
    return match[1] if match else None


def replaced(readme, table):
    return re.sub(re.escape(BEGIN) + ".*?" + re.escape(END), lambda _: BEGIN + table + END, readme,
                  flags=re.S)
