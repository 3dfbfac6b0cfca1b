"""The best threshold that labels can find, told apart from every unsupervised figure as "label_best"."""
import collections


def pairs_of(count):
    return count * (count - 1) // 2


class Merger:
    """Connected components that know, after every merge, how many pairs they claim and how many of these are right."""

    def __init__(self, truth):
        self.parent = {record: record for record in truth}
        self.labels = {record: collections.Counter((label,)) for record, label in truth.items()}
        self.found = self.correct = 0

    def root(self, record):
        while self.parent[record] != record:
            self.parent[record] = record = self.parent[self.parent[record]]
        return record

    def merge(self, one, other):
        a, b = self.root(one), self.root(other)
        if a == b:
            return
        if len(self.labels[a]) < len(self.labels[b]):
            a, b = b, a
        large, small = self.labels[a], self.labels.pop(b)
        self.found += large.total() * small.total()
        self.correct += sum(large[label] * count for label, count in small.items())
        large.update(small)
        self.parent[b] = a


def label_best(edges, truth):
    """`edges` is (score, id, id) of any order; `truth` maps id -> label. Returns the threshold with the best pairwise
    F1 after connected components, counting equal scores together; None when there is no edge."""
    true = sum(map(pairs_of, collections.Counter(truth.values()).values()))
    merger, best = Merger(truth), None
    edges = sorted(edges, key=lambda edge: -edge[0])
    for at, (score, one, other) in enumerate(edges):
        merger.merge(one, other)
        if at + 1 < len(edges) and edges[at + 1][0] == score:
            continue
        f1 = 2 * merger.correct / (merger.found + true) if merger.found + true else 0.0
        if best is None or f1 > best["f1"]:
            best = {"threshold": score, "f1": f1, "precision": merger.correct / merger.found if merger.found else 1.0,
                    "recall": merger.correct / true if true else 1.0}
    return best
