#!/usr/bin/env python3
"""Linkage of feeds derived from real register rows. feeds.py --program MINGLU --work DIR [--data DIR] [--out DIR]

`minglu synth --from` writes, from each register row, what other departments would hold of it: another wording of name
and address, another representative, no identifier or a damaged one, a short name. The rates are those of
catalog/synth/rates.csv; a noise level multiplies every rate of difference, and one level withholds all identifiers of
the feeds. The model is learned without labels on the feeds of one seed and judged, unchanged, on those of another.

Hard negatives are pairs of different units that look alike: same brand in another district, branch and parent, same
address (business secretaries), same legal representative. How many of them end in one cluster is counted beside the
pairwise and B-cubed figures. Register rows stay in WORK; docs/generated/bench-feeds.md holds figures only.
"""
import argparse
import collections
import csv
import itertools
import json
import os
import pathlib
import re
import shutil
import time

import chinese
import compare
import datasets
import evaluate

LEARN_SEED, JUDGE_SEED = 1, 2
REGISTERS = {"new 2019": ["reg_new_sz_2019_0708.csv"], "all years": ["reg_imh_sz.csv", "reg_imh_gd_other.csv"]}
# Rates that grow with noise, and rates of agreement whose complement grows.
DIFFERENCES = ("address_different old_district_name uscc_check_fails name_bracket_width name_typing_error "
               "name_missing_city name_traditional_space missing_uscc_hrss missing_uscc_annual short_name_brand_only "
               "power_landlord").split()
AGREEMENTS = "address_identical address_identical_normalised address_similar legal_rep_equal short_name_inside".split()
LEVELS = [("half", 0.5, True), ("measured", 1, True), ("measured, no identifier", 1, False), ("double", 2, True),
          ("threefold", 3, True)]
COLUMNS = ["id", "source", "name", "uscc", "legal_rep", "address", "founded"]
# Where the feeds have them: key, name, identifier, representative, address, date.
FEEDS = {"tax_reg": ("纳税人识别号", ("纳税人名称",), "社会信用代码", "法定代表人姓名", "生产经营地址", "登记日期"),
         "hrss": ("单位编号", ("单位名称",), "统一社会信用代码", None, "单位地址", None),
         "scjg_annual": ("注册号", ("企业名称",), "统一社会信用代码", None, "通信地址", None),
         "power": ("户号", ("用户名称",), None, None, "用电地址", None),
         "web_jobs": ("公司编号", ("公司全称", "公司简称"), None, None, None, None)}
ENCODINGS = {"tax_reg": "gb18030", "scjg_annual": "gb18030"}
REGISTER = (("企业名称", "name"), ("统一社会信用代码", "uscc"), ("法人代表", "oper_name"), ("注册地址", "address"),
            ("注册日期", "start_date"))
COMPARISONS = [("name", "company_name"), ("uscc", "identifier"), ("legal_rep", "person_name"), ("address", "address"),
               ("founded", "date")]
BRANCH = re.compile(r"分公司|分店|分行|分部|营业部|门市部|办事处|[一二三四五六七八九十\d]店$")
DISTRICT = re.compile(r"(?:市|^)([一-龥]{2,3}?(?:新区|区|县))")


def catalog_with_noise(work, factor):
    """A copy of the catalog whose rates of difference are multiplied; other files are linked."""
    folder = work / f"catalog_{factor}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for entry in (datasets.ROOT / "catalog").iterdir():
        if entry.name != "synth":
            (folder / entry.name).symlink_to(entry)
    shutil.copytree(datasets.ROOT / "catalog/synth", folder / "synth")
    lines = []
    for line in (folder / "synth/rates.csv").read_text(encoding="utf-8").splitlines():
        name, _, rest = line.partition(",")
        value, _, words = rest.partition(",")
        if name in DIFFERENCES:
            line = f"{name},{min(1.0, float(value) * factor):.6g},{words}"
        elif name in AGREEMENTS:
            line = f"{name},{max(0.0, 1 - (1 - float(value)) * factor):.6g},{words}"
        lines.append(line)
    (folder / "synth/rates.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def register_file(work, data, name, files):
    """One file of the register's rows; files of one layout are put one after another."""
    path = work / f"{name.replace(' ', '_')}.csv"
    with open(path, "w", encoding="utf-8", newline="") as out:
        writer = None
        for file_name in files:
            with open(data / "registers" / file_name, encoding="utf-8-sig", newline="") as file:
                for row in csv.reader(file):
                    if writer is None or row != header:
                        if writer is None:
                            writer, header = csv.writer(out, lineterminator="\n"), row
                        writer.writerow(row)
    return path


def feed_rows(folder, source):
    """Dicts of one feed, last row of a key last."""
    for path in sorted((folder / "feeds" / source).glob("*")):
        if path.suffix == ".ndjson":
            with open(path, encoding="utf-8") as file:
                yield from map(json.loads, file)
        else:
            with open(path, encoding=ENCODINGS.get(source, "utf-8-sig"), errors="replace", newline="") as file:
                yield from csv.DictReader(file)


def records_of(folder, with_identifiers):
    """id -> cells of every entity of the derived feeds that the truth names. The last row of a key counts."""
    truth = evaluate.read_clusters(folder / "truth.csv")
    records = {}
    for source, (key, names, uscc, person, address, founded) in FEEDS.items():
        for row in feed_rows(folder, source):
            record = f"{source}:{(row.get(key) or '').strip()}"
            if record not in truth:
                continue
            cell = [next((row[n] for n in names if row.get(n)), ""),
                    *((row.get(c) or "" if c else "") for c in (uscc if with_identifiers else None, person, address,
                                                                 founded))]
            records[record] = [source, *cell]
    return truth, records


def register_rows(path, truth):
    """The register's own rows under the ids of the truth, in its order, which is that of the file."""
    ids = [i for i in truth if not i.startswith(tuple(f + ":" for f in FEEDS))]
    by_unit = {truth[i]: i for i in ids}
    rows = {}
    with open(path, encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 1):
            record = by_unit.get(f"u{number}")
            if record is not None:
                cells = [(next((row[c] for c in names if c in row), "") or "").strip() for names in REGISTER]
                rows[record] = ["register", *("" if c in datasets.MISSING or c == "-" else c for c in cells)]
    return rows


def write_dataset(folder, register, with_identifiers):
    """input.csv of register and feeds; returns truth of what it holds, and the register's rows by unit."""
    truth, records = records_of(folder, with_identifiers)
    rows = register_rows(register, truth)
    records.update(rows)
    held = {i: truth[i] for i in records}
    numbered = {i: f"r{n:06d}" for n, i in enumerate(datasets.shuffled(sorted(records)), 1)}
    datasets.write_rows(folder / "input.csv", COLUMNS,
                        [[numbered[i], *records[i]] for i in sorted(records, key=numbered.get)])
    return ({numbered[i]: unit for i, unit in held.items()}, {numbered[i]: records[i][0] for i in records},
            {truth[i]: row for i, row in rows.items()})


def model_file(folder, clean):
    model = {"name": "feeds", "id": "id", "source": "source", **({"clean_sources": ["*"]} if clean else {}),
             "comparisons": [{"name": c, "kind": kind, "columns": [c]} for c, kind in COMPARISONS]}
    path = folder / f"model_{'clean' if clean else 'free'}.json"
    path.write_text(json.dumps(model, ensure_ascii=False), encoding="utf-8")
    return path


class HardNegatives:
    """Relations between different units of the register that make them look alike."""

    def __init__(self, units, names):
        self.units = {}
        for unit, (_, name, _, person, address, _) in units.items():
            district = DISTRICT.search(address)
            self.units[unit] = (name, names.split(name)[1], district[1] if district else "", address, person)
        self.by_name = {cells[0]: unit for unit, cells in self.units.items()}
        self.parents = {unit: parent for unit, cells in self.units.items() if (parent := self._parent(cells[0]))}

    def _parent(self, name):
        if not BRANCH.search(name):
            return None
        return next((self.by_name[name[:n]] for n in range(len(name) - 2, 5, -1) if name[:n] in self.by_name), None)

    def kinds(self, a, b):
        """Names of the relations that hold between two units."""
        x, y = self.units[a], self.units[b]
        if x[1] and x[1] == y[1] and x[2] and y[2] and x[2] != y[2]:
            yield "same brand, other district"
        if self.parents.get(a) == b or self.parents.get(b) == a:
            yield "branch and parent"
        if x[3] and x[3] == y[3]:
            yield "same address"
        if x[4] and x[4] == y[4]:
            yield "same representative"

    def totals(self):
        count = lambda at: collections.Counter(c[at] for c in self.units.values() if c[at])
        pairs = lambda counter: sum(map(evaluate.pairs_of, counter.values()))
        brands = collections.Counter(c[1] for c in self.units.values() if c[1] and c[2])
        within = collections.Counter(c[1:3] for c in self.units.values() if c[1] and c[2])
        return {"same brand, other district": pairs(brands) - pairs(within), "branch and parent": len(self.parents),
                "same address": pairs(count(3)), "same representative": pairs(count(4))}

    def merged(self, truth, clusters):
        """Pairs of different units in one cluster, by relation."""
        members = collections.defaultdict(set)
        for record, cluster in clusters.items():
            if truth[record] in self.units:
                members[cluster].add(truth[record])
        found = collections.Counter()
        for units in members.values():
            for a, b in itertools.combinations(sorted(units), 2):
                found.update(self.kinds(a, b))
        return found


def reached(truth, sources, clusters):
    """Share of each feed's entities in the cluster of their own register row."""
    home = {truth[i]: clusters[i] for i, source in sources.items() if source == "register"}
    counts = collections.defaultdict(lambda: [0, 0])
    for record, source in sources.items():
        if source != "register" and truth[record] in home:
            counts[source][0] += clusters[record] == home[truth[record]]
            counts[source][1] += 1
    return {source: found / of for source, (found, of) in counts.items()}


def judged(args, register, catalog, level, names):
    """Two results, without and with one record a source: learned on one seed, judged on the other."""
    label, with_identifiers = level
    seeds = {}
    for seed in (LEARN_SEED, JUDGE_SEED):
        folder = args.work / f"seed_{seed}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        compare.measured([args.program, "--catalog", catalog, "synth", "--from", register, "--seed", seed, "--periods",
                          1, "--out", folder], args.work)
        seeds[seed] = (folder, *write_dataset(folder, register, with_identifiers))
    learn = seeds[LEARN_SEED][0]
    folder, truth, sources, units = seeds[JUDGE_SEED]
    hard = HardNegatives(units, names)
    results = []
    for clean in (False, True):
        learned, out = learn / "learned.json", folder / "clusters.csv"
        compare.measured([args.program, "link", "--model", model_file(learn, clean), "--left", learn / "input.csv",
                          "--out", learn / "clusters.csv", "--learned", learned], args.work)
        compare.measured([args.program, "link", "--model", learned, "--left", folder / "input.csv", "--out", out],
                         args.work)
        clusters = evaluate.read_clusters(out)
        results.append({"noise": label, "clean": clean, "quality": evaluate.evaluate(truth, clusters),
                        "reached": reached(truth, sources, clusters), "merged": hard.merged(truth, clusters),
                        "totals": hard.totals()})
        quality = results[-1]["quality"]
        print(f"{register.stem}, {label}, clean {clean}: P {quality['precision']:.4f} R {quality['recall']:.4f} "
              f"B3 {quality['b3_f1']:.4f} {dict(results[-1]['merged'])}", flush=True)
    return results


def accuracy_row(register, r):
    q = r["quality"]
    shares = " | ".join(f"{r['reached'][s]:.3f}" if s in r["reached"] else "–" for s in FEEDS)
    clean = "yes" if r["clean"] else "no"
    return (f"| {register} | {r['noise']} | {clean} | {q['records']:,} | {q['precision']:.4f} | {q['recall']:.4f} | "
            f"{q['f1']:.4f} | {q['b3_f1']:.4f} | {shares} |")


def negative_rows(register, results):
    for kind in results[0]["totals"]:
        cells = " | ".join(str(r["merged"][kind]) for r in results)
        yield f"| {register} | {kind} | {results[0]['totals'][kind]:,} | {cells} |"


def page(found):
    head = ["register", "noise", "one a source", "records", "P", "R", "F1", "B³ F1", *FEEDS]
    first = next(iter(found.values()))
    runs = [f"{r['noise']}{', one a source' if r['clean'] else ''}" for r in first]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += [accuracy_row(name, r) for name, results in found.items() for r in results]
    negatives = [f"| register | look alike by | pairs | {' | '.join(runs)} |", "|" + "---|" * (len(runs) + 3)]
    negatives += [line for name, results in found.items() for line in negative_rows(name, results)]
    return f"""# Linkage of feeds derived from real register rows

Written by `bench/peers/feeds.py` (`./minglu bench feeds`) on {time.strftime('%Y-%m-%d')}. From every row of a real
register `minglu synth --from` derives what five departments would hold of it, at the rates of
`catalog/synth/rates.csv`: wording of name and address, representative, identifiers absent or damaged, short names;
power and web_jobs have no identifier at all. *Noise* multiplies every rate of difference; *no identifier* withholds
those of all feeds. The model is learned without labels on seed {LEARN_SEED} and judged, unchanged, on seed
{JUDGE_SEED}; the threshold is the unsupervised one. *One a source*: every source is declared to name a unit once. The
columns of feeds are the share of their entities that end in the cluster of their register row. The noise is what the
generator assumes: it compares one version with another and proves nothing about feeds of the world.

{chr(10).join(lines)}

Hard negatives: pairs of different units of the register that look alike, and how many of them ended in one cluster
(through any of their records):

{chr(10).join(negatives)}
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--levels", help="numbers of noise levels, from 0; all when absent")
    parser.add_argument("--out", type=pathlib.Path, default=datasets.ROOT / "docs/generated")
    datasets.add_places(parser)
    args = parser.parse_args()
    args.work = args.work / "feeds"
    args.work.mkdir(parents=True, exist_ok=True)
    names = chinese.Names(datasets.ROOT / "catalog")
    levels = [LEVELS[int(n)] for n in args.levels.split(",")] if args.levels else LEVELS
    found = {}
    for name, files in REGISTERS.items():
        register = register_file(args.work, args.data, name, files)
        found[name] = []
        for label, factor, with_identifiers in levels:
            catalog = catalog_with_noise(args.work, factor)
            found[name] += judged(args, register, catalog, (label, with_identifiers), names)
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "bench-feeds.md").write_text(page(found), encoding="utf-8")
    print(f"written: {os.path.relpath(args.out / 'bench-feeds.md')}")


if __name__ == "__main__":
    main()
