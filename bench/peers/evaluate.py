#!/usr/bin/env python3
"""The one evaluator of every engine. evaluate.py TRUTH.csv CLUSTERS.csv [--right RIGHT.csv]

Both files have the columns id,cluster_id. A record of TRUTH that CLUSTERS lacks is a cluster of its own. Prints one
JSON object: pairwise and B-cubed precision, recall and F1 after clustering, with the integer counts they are made of.
B-cubed sums are exact fractions until the last division, so neither order of rows nor names of clusters matter.

With --right the truth is partial (columns left,right,kind): of the pairs (left record, record of RIGHT) in one cluster
whose left record is labelled, how many are right, and how many labelled pairs of each kind were found.
"""
import argparse
import collections
import csv
import fractions
import json


def read_columns(path, columns):
    """The named columns of a CSV file as tuples, in file order."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = [c for c in columns if c not in (reader.fieldnames or [])]
        if missing:
            raise SystemExit(f"evaluate: {path} has no column {', '.join(missing)}")
        return [tuple(row[c] for c in columns) for row in reader]


def read_clusters(path):
    """id -> cluster; an id that comes twice is an error, since it would be counted twice."""
    rows = read_columns(path, ("id", "cluster_id"))
    clusters = dict(rows)
    if len(clusters) != len(rows):
        raise SystemExit(f"evaluate: {path} has {len(rows) - len(clusters)} repeated ids")
    return clusters


def pairs_of(count):
    return count * (count - 1) // 2


def ratio(part, whole):
    """A precision or recall of nothing is 1: nothing was claimed, or nothing was to be found."""
    return float(fractions.Fraction(part) / whole) if whole else 1.0


def f1(precision, recall):
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def bcubed(cells, side, records):
    """Mean over records of |truth ∩ cluster| / |cluster|, with `side` 0 for truth and 1 for found clusters."""
    sizes, squares, by_size = collections.Counter(), collections.Counter(), collections.Counter()
    for cell, count in cells.items():
        sizes[cell[side]] += count
        squares[cell[side]] += count * count
    for label, size in sizes.items():
        by_size[size] += squares[label]
    return ratio(sum(fractions.Fraction(total, size) for size, total in by_size.items()), records)


def evaluate(truth, clusters):
    """`truth` and `clusters` map id -> label. Returns counts and ratios; needs O(records) time and memory."""
    strangers = [i for i in clusters if i not in truth]
    if strangers:
        raise SystemExit(f"evaluate: {len(strangers)} clustered ids are not in the truth, first {strangers[0]!r}")
    cells = collections.Counter((label, ("c", clusters[i]) if i in clusters else ("alone", i))
                                for i, label in truth.items())
    true_sizes, found_sizes = collections.Counter(), collections.Counter()
    for (label, cluster), count in cells.items():
        true_sizes[label] += count
        found_sizes[cluster] += count
    hits = sum(map(pairs_of, cells.values()))
    found, true = sum(map(pairs_of, found_sizes.values())), sum(map(pairs_of, true_sizes.values()))
    precision, recall = ratio(hits, found), ratio(hits, true)
    b_precision, b_recall = bcubed(cells, 1, len(truth)), bcubed(cells, 0, len(truth))
    exact = sum(1 for (label, cluster), n in cells.items() if true_sizes[label] == n == found_sizes[cluster])
    return {"records": len(truth), "true_pairs": true, "found_pairs": found, "correct_pairs": hits,
            "true_clusters": len(true_sizes), "found_clusters": len(found_sizes), "exact_clusters": exact,
            "precision": precision, "recall": recall, "f1": f1(precision, recall),
            "b3_precision": b_precision, "b3_recall": b_recall, "b3_f1": f1(b_precision, b_recall)}


def evaluate_partial(pairs, clusters, right_ids):
    """`pairs` is (left, right, kind). A left record without a label is unlabelled, not a negative: it is left out."""
    members = collections.defaultdict(list)
    for record, cluster in clusters.items():
        if record in right_ids:
            members[cluster].append(record)
    found = correct = 0
    by_kind = collections.defaultdict(lambda: [0, 0])
    for left, right, kind in pairs:
        linked = members.get(clusters.get(left), ())
        found += len(linked)
        correct += right in linked
        by_kind[kind][0] += right in linked
        by_kind[kind][1] += 1
    precision, recall = ratio(correct, found), ratio(correct, len(pairs))
    return {"labelled_pairs": len(pairs), "found_pairs": found, "correct_pairs": correct, "precision": precision,
            "recall": recall, "f1": f1(precision, recall),
            "recall_by_kind": {k: {"found": a, "of": b, "recall": ratio(a, b)}
                               for k, (a, b) in sorted(by_kind.items())}}


def evaluate_files(folder, clusters_path):
    """Evaluates against the truth of a prepared dataset folder, whole (TRUTH.csv) or partial (pairs.csv)."""
    clusters = read_clusters(clusters_path)
    if (folder / "pairs.csv").exists():
        right_ids = {row[0] for row in read_columns(folder / "right.csv", ("id",))}
        return evaluate_partial(read_columns(folder / "pairs.csv", ("left", "right", "kind")), clusters, right_ids)
    return evaluate(read_clusters(folder / "TRUTH.csv"), clusters)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("truth")
    parser.add_argument("clusters")
    parser.add_argument("--right", help="the right file: the truth is partial")
    args = parser.parse_args()
    clusters = read_clusters(args.clusters)
    if args.right:
        right_ids = {row[0] for row in read_columns(args.right, ("id",))}
        result = evaluate_partial(read_columns(args.truth, ("left", "right", "kind")), clusters, right_ids)
    else:
        result = evaluate(read_clusters(args.truth), clusters)
    print(json.dumps(result, ensure_ascii=False))


if __name__ == "__main__":
    main()
