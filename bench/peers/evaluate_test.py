#!/usr/bin/env python3
"""Tests of the evaluator, against counting every pair one by one. python3 bench/peers/evaluate_test.py"""
import itertools
import random
import unittest

import evaluate
import sweep


def by_counting(truth, clusters):
    """(correct, found, true) pairs and B-cubed precision and recall, straight from their definitions."""
    found_of = {i: clusters.get(i, ("alone", i)) for i in truth}
    correct = found = true = 0
    for a, b in itertools.combinations(truth, 2):
        same_truth, same_found = truth[a] == truth[b], found_of[a] == found_of[b]
        correct, found, true = correct + (same_truth and same_found), found + same_found, true + same_truth
    precision = recall = 0.0
    for a in truth:
        together = sum(truth[a] == truth[b] and found_of[a] == found_of[b] for b in truth)
        precision += together / sum(found_of[a] == found_of[b] for b in truth) / len(truth)
        recall += together / sum(truth[a] == truth[b] for b in truth) / len(truth)
    return correct, found, true, precision, recall


class Evaluate(unittest.TestCase):
    def test_agrees_with_counting_every_pair(self):
        rng = random.Random(1)
        for _ in range(50):
            truth = {str(i): str(rng.randrange(8)) for i in range(30)}
            clusters = {i: str(rng.randrange(8)) for i in truth if rng.random() < 0.8}
            got = evaluate.evaluate(truth, clusters)
            correct, found, true, precision, recall = by_counting(truth, clusters)
            self.assertEqual((got["correct_pairs"], got["found_pairs"], got["true_pairs"]), (correct, found, true))
            self.assertAlmostEqual(got["b3_precision"], precision)
            self.assertAlmostEqual(got["b3_recall"], recall)

    def test_records_missing_from_the_clusters_are_alone(self):
        got = evaluate.evaluate({"a": "1", "b": "1", "c": "2"}, {})
        self.assertEqual((got["found_pairs"], got["precision"], got["recall"], got["found_clusters"]), (0, 1.0, 0.0, 3))

    def test_a_cluster_named_like_a_record_is_not_that_record(self):
        got = evaluate.evaluate({"a": "1", "b": "2"}, {"a": "b"})
        self.assertEqual(got["found_pairs"], 0)

    def test_an_id_that_the_truth_lacks_is_an_error(self):
        with self.assertRaises(SystemExit):
            evaluate.evaluate({"a": "1"}, {"z": "1"})

    def test_perfect_and_empty(self):
        self.assertEqual(evaluate.evaluate({"a": "1", "b": "1"}, {"a": "x", "b": "x"})["b3_f1"], 1.0)
        self.assertEqual(evaluate.evaluate({}, {})["f1"], 1.0)

    def test_unlabelled_left_records_do_not_count_against_precision(self):
        clusters = {"L1": "1", "R1": "1", "R2": "1", "L2": "2", "R3": "2", "L3": "3"}
        pairs = [("L1", "R1", "exact"), ("L3", "R4", "rename")]
        got = evaluate.evaluate_partial(pairs, clusters, {"R1", "R2", "R3", "R4"})
        self.assertEqual((got["found_pairs"], got["correct_pairs"], got["precision"], got["recall"]), (2, 1, 0.5, 0.5))
        self.assertEqual(got["recall_by_kind"]["rename"], {"found": 0, "of": 1, "recall": 0.0})


class LabelBest(unittest.TestCase):
    def test_is_the_best_of_all_thresholds(self):
        rng = random.Random(2)
        for _ in range(30):
            truth = {str(i): str(rng.randrange(6)) for i in range(20)}
            edges = [(rng.randrange(5) / 5, *rng.sample(sorted(truth), 2)) for _ in range(25)]
            best = 0.0
            for threshold in {e[0] for e in edges}:
                merger = sweep.Merger(truth)
                for score, a, b in edges:
                    if score >= threshold:
                        merger.merge(a, b)
                best = max(best, evaluate.evaluate(truth, {i: merger.root(i) for i in truth})["f1"])
            self.assertAlmostEqual(sweep.label_best(edges, truth)["f1"], best)


if __name__ == "__main__":
    unittest.main()
