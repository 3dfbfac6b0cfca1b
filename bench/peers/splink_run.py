#!/usr/bin/env python3
"""Splink 5 on DuckDB, one dataset.

splink_run.py DATASET OUT.csv [--rows N] [--wide] [--label-best] [--work DIR] [--data DIR]

Writes OUT.csv (id,cluster_id) and prints one JSON line: stage seconds, wall and CPU seconds and peak memory of this
process, pairs scored, and the threshold, which is a match probability of 0.95 for every dataset and sees no labels.
--label-best adds, after all clocks have stopped, the threshold that labels would choose and its figures.
"""
import argparse
import csv
import json
import logging
import pathlib
import resource
import sys
import time

import datasets
import evaluate
import splink_models
import sweep
from splink import DuckDBAPI, Linker, SettingsCreator

THRESHOLD = 0.95
SEED = 1


class Clock:
    """Wall seconds of the stages, in order."""

    def __init__(self):
        self.stages, self.at = {}, time.monotonic()
        self.began = self.at

    def lap(self, stage):
        now = time.monotonic()
        self.stages[stage], self.at = round(now - self.at, 3), now


def load(api, folder, model):
    """All inputs as one table; empty cells are null. The source of two files is left and right."""
    con = api._con
    inputs = datasets.inputs_of(folder)
    parts = []
    for path in inputs:
        columns = con.sql(f"select * from read_csv('{path}', all_varchar=true, header=true) limit 0").columns
        cells = ", ".join(f"nullif({c}, '') as {c}" for c in columns if c != "source")
        source = f"'{path.stem}'" if len(inputs) > 1 else "source" if "source" in columns else "'input'"
        parts.append(f"select {source} as source_dataset, {cells} from "
                     f"read_csv('{path}', all_varchar=true, header=true)")
    derived = f", {model.derived}" if model.derived else ""
    con.execute(f"create table loaded as select *{derived} from ({' union all by name '.join(parts)})")
    return api.register("loaded", table_name="loaded_input")


def settings_of(model):
    return SettingsCreator(link_type=model.link_type, unique_id_column_name="id",
                           source_dataset_column_name="source_dataset", comparisons=model.comparisons,
                           blocking_rules_to_generate_predictions=model.blocking,
                           retain_intermediate_calculation_columns=False, retain_matching_columns=False)


def train(linker, model):
    linker.training.estimate_probability_two_random_records_match(model.deterministic, recall=model.recall)
    linker.training.estimate_u_using_random_sampling(max_pairs=model.u_pairs, seed=SEED)
    for rule in model.em:
        linker.training.estimate_parameters_using_expectation_maximisation(
            rule, estimate_without_term_frequencies=model.em_without_tf)


def cluster(linker, predictions, model, threshold):
    if not model.one_per_source:
        return linker.clustering.cluster_pairwise_predictions_at_threshold(predictions, threshold)
    distinct = linker._db_api._con.sql("select distinct source_dataset from loaded order by 1")
    sources = [row[0] for row in distinct.fetchall()]
    return linker.clustering.cluster_using_single_best_links(predictions, duplicate_free_datasets=sources,
                                                             threshold_match_probability=threshold)


def rows_of(frame, columns):
    return frame.as_duckdbpyrelation().select(columns).fetchall()


def write_clusters(path, frame):
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["id", "cluster_id"])
        writer.writerows(sorted(rows_of(frame, "id, cluster_id")))


def best_with_labels(linker, predictions, model, folder):
    """Connected components are swept exactly; single best links at a grid of thresholds, by Splink itself."""
    if not model.one_per_source:
        truth = evaluate.read_clusters(folder / "TRUTH.csv")
        return sweep.label_best(rows_of(predictions, "match_probability, id_l, id_r"), truth)
    best = None
    scratch = folder / "label_best.csv"
    for threshold in (0.01, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999, 0.9999):
        write_clusters(scratch, cluster(linker, predictions, model, threshold))
        found = evaluate.evaluate_files(folder, scratch)
        if best is None or found["f1"] > best["f1"]:
            best = {"threshold": threshold, **{k: found[k] for k in ("f1", "precision", "recall")}}
    scratch.unlink()
    return best


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("dataset", choices=splink_models.MODELS)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--rows", type=int, help="records of chinese_1m")
    parser.add_argument("--wide", action="store_true", help="wider blocking than the published one, where there is one")
    parser.add_argument("--label-best", action="store_true")
    datasets.add_places(parser)
    args = parser.parse_args()
    logging.getLogger("splink").setLevel(logging.ERROR)
    folder = datasets.prepare(args.dataset, args.data, args.work, args.rows)
    clock = Clock()
    model = (splink_models.WIDE if args.wide else splink_models.MODELS)[args.dataset]()
    api = DuckDBAPI()
    linker = Linker(load(api, folder, model), settings_of(model), log_level=logging.ERROR)
    clock.lap("load")
    train(linker, model)
    clock.lap("train")
    pairs = linker.inference.compute_blocked_pairs_for_predict()
    predictions = linker.inference.predict(threshold_match_probability=model.predict_threshold)
    clock.lap("block+score")
    write_clusters(args.out, cluster(linker, predictions, model, THRESHOLD))
    clock.lap("cluster")
    usage = resource.getrusage(resource.RUSAGE_SELF)
    report = {"engine": "splink", "dataset": args.dataset, "rows": args.rows, "stage_seconds": clock.stages,
              "wall_s": round(time.monotonic() - clock.began, 3), "cpu_s": round(usage.ru_utime + usage.ru_stime, 3),
              "peak_mib": usage.ru_maxrss // 1024,
              "pairs_scored": rows_of(pairs, "count(*)")[0][0], "threshold": THRESHOLD}
    if args.label_best:
        report["label_best"] = best_with_labels(linker, predictions, model, folder)
    print(json.dumps(report))


if __name__ == "__main__":
    sys.exit(main())
