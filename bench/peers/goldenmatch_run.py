#!/usr/bin/env python3
"""GoldenMatch, one dataset. goldenmatch_run.py DATASET OUT.csv [--rows N] [--mode MODE] [--work DIR] [--data DIR]

MODE probabilistic (default) is the Fellegi-Sunter configuration that its own comparison with Splink runs
(auto_configure_probabilistic_df); zeroconfig leaves all to it, its headline use. One file goes to dedupe_df, two to
match_df with the columns that both have. No label is seen and the threshold is the one it finds itself. Its memory of
earlier runs is off: a run must not depend on the one before. Prints one JSON line like splink_run.py.
"""
import argparse
import csv
import json
import os
import pathlib
import resource
import time

import datasets

os.environ["GOLDENMATCH_AUTOCONFIG_MEMORY"] = "0"


def load(path):
    """One input as an Arrow table of text; empty cells are null."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv
    with open(path, encoding="utf-8", newline="") as file:
        names = next(csv.reader(file))
    types = arrow_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), null_values=[""],
                                     strings_can_be_null=True)
    table = arrow_csv.read_csv(path, convert_options=types)
    return table.drop_columns([c for c in ("source",) if c in names])


def configured(mode, *tables):
    """Its probabilistic configuration of the tables' common fields, or None: it configures itself inside the run."""
    if mode == "zeroconfig":
        return None
    import pyarrow as pa
    from goldenmatch.core.autoconfig import auto_configure_probabilistic_df
    return auto_configure_probabilistic_df(pa.concat_tables([t.drop_columns(["id"]) for t in tables]))


def dedupe(table, config):
    """(id, cluster) rows. Records that no cluster names are alone; the evaluator knows that."""
    import goldenmatch
    ids = table.column("id").to_pylist()
    result = goldenmatch.dedupe_df(table.drop_columns(["id"]), config=config, confidence_required=False)
    return [(ids[member], number) for number, cluster in sorted(result.clusters.items())
            for member in cluster["members"]]


def link(left, right, config):
    """(id, cluster) rows: connected components of the links between the two tables."""
    import goldenmatch
    result = goldenmatch.match_df(left, right, config=config, confidence_required=False, exclude_columns=["id"])
    parent = {}

    def root(record):
        while parent.setdefault(record, record) != record:
            record = parent[record]
        return record

    if result.matched is not None:
        for one, other in zip(*(result.matched.column(c).to_pylist() for c in ("target_id", "ref_id"))):
            parent[root(one)] = root(other)
    return [(record, root(record)) for record in sorted(parent)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("dataset", choices=datasets.DATASETS)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--rows", type=int, help="records of chinese_1m")
    parser.add_argument("--mode", choices=("probabilistic", "zeroconfig"), default="probabilistic")
    datasets.add_places(parser)
    args = parser.parse_args()
    inputs = datasets.inputs_of(datasets.prepare(args.dataset, args.data, args.work, args.rows))
    laps = [time.monotonic()]
    tables = [load(path) for path in inputs]
    if len(tables) == 2:
        common = [c for c in tables[0].column_names if c in tables[1].column_names]
        tables = [table.select(common) for table in tables]
    laps.append(time.monotonic())
    config = configured(args.mode, *tables)
    laps.append(time.monotonic())
    clusters = link(*tables, config) if len(tables) == 2 else dedupe(*tables, config)
    with open(args.out, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["id", "cluster_id"])
        writer.writerows(clusters)
    laps.append(time.monotonic())
    usage = resource.getrusage(resource.RUSAGE_SELF)
    stages = ("load", "configure", "train+block+score+cluster")
    print(json.dumps({"engine": "goldenmatch", "mode": args.mode, "dataset": args.dataset, "rows": args.rows,
                      "stage_seconds": {s: round(b - a, 3) for s, a, b in zip(stages, laps, laps[1:])},
                      "wall_s": round(laps[-1] - laps[0], 3), "cpu_s": round(usage.ru_utime + usage.ru_stime, 3),
                      "peak_mib": usage.ru_maxrss // 1024, "pairs_scored": None, "threshold": "its own"}))


if __name__ == "__main__":
    main()
