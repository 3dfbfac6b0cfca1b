#!/usr/bin/env python3
"""Normalised inputs of the linkage benchmark. datasets.py --work DIR [--data DIR] [--rows N] [DATASET...]

Writes WORK/inputs/DATASET/: input.csv (or left.csv and right.csv) with a unique column `id` and the plain fields, and
TRUTH.csv (id,cluster_id). Labels are removed: the original ids of historical_50k and Febrl spell out the entity, so
rows are shuffled by a fixed seed and numbered anew. Cells are only trimmed, and words for "missing" emptied; cleaning
is the engines' own work. Rows of the registers go into WORK and nowhere else. Needs the standard library only.
"""
import argparse
import csv
import json
import pathlib
import random

import chinese

ROOT = pathlib.Path(__file__).resolve().parents[2]
SEED = 20261125
MISSING = {"", "nan", "null", "None", "N/A"}


def read_rows(path):
    """Rows of a CSV file as dicts of trimmed text."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file, skipinitialspace=True):
            yield {k.strip(): "" if (v or "").strip() in MISSING else v.strip() for k, v in row.items()}


def write_rows(path, columns, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def shuffled(rows):
    rows = list(rows)
    random.Random(SEED).shuffle(rows)
    return rows


def numbered(folder, rows, fields, label, prefix, name="input.csv"):
    """Writes one input with new ids in shuffled order; returns its (id, cluster) rows."""
    truth, out = [], []
    for number, row in enumerate(shuffled(rows), 1):
        record = f"{prefix}{number:05d}"
        out.append([record, *(row[f] for f in fields)])
        truth.append([record, label(row)])
    write_rows(folder / name, ["id", *fields], out)
    return truth


def historical_50k(data, folder):
    fields = ["full_name", "first_and_surname", "first_name", "surname", "dob", "birth_place", "postcode_fake",
              "gender", "occupation"]
    rows = read_rows(data / "match/historical_50k/historical_figures_with_errors_50k.csv")
    return numbered(folder, rows, fields, lambda row: row["cluster"], "h")


FEBRL_FIELDS = ["given_name", "surname", "street_number", "address_1", "address_2", "suburb", "postcode", "state",
                "date_of_birth", "soc_sec_id"]


def febrl_entity(row):
    """"rec-552-dup-3" -> "rec-552"."""
    return "-".join(row["rec_id"].split("-")[:2])


def febrl3(data, folder):
    return numbered(folder, read_rows(data / "match/febrl3/dataset3.csv"), FEBRL_FIELDS, febrl_entity, "f")


def febrl4(data, folder):
    return [pair for side, name in (("a", "left.csv"), ("b", "right.csv"))
            for pair in numbered(folder, read_rows(data / f"match/febrl4/dataset4{side}.csv"), FEBRL_FIELDS,
                                 febrl_entity, side, name)]


def fake_1000(data, folder):
    rows = read_rows(data / "match/fake_1000/fake_1000.csv")
    return numbered(folder, rows, ["first_name", "surname", "dob", "city", "email"], lambda row: row["cluster"], "p")


def musicbrainz_20k(data, folder):
    fields = ["source", "number", "title", "length", "artist", "album", "year", "language"]
    rows = ({**row, "source": row["SourceID"]} for row in read_rows(data / "match/musicbrainz_20k/musicbrainz_20k.csv"))
    return numbered(folder, rows, fields, lambda row: row["CID"], "m")


NORWAY = {"name": "navn", "address": "forretningsadresse.adresse", "postal_code": "forretningsadresse.postnummer",
          "place": "forretningsadresse.poststed", "kommune": "forretningsadresse.kommune",
          "post_address": "postadresse.adresse", "industry": "naeringskode1.kode", "founded": "stiftelsesdato",
          "form": "organisasjonsform.kode"}


def norway(data, folder):
    """Five yearly files of one business register, stacked; the organisation number is hidden and is the truth.

    The files are no yearly states: of the 9,506 true pairs 7,818 are equal in every column, none differs a little, and
    1,688 (429 numbers) are different companies under one number. No engine can find these, so F1 is at most 0.9026."""
    out, truth = [], []
    for year in range(2015, 2020):
        for number, row in enumerate(read_rows(data / f"match/norway_register/{year}-enheter.csv"), 1):
            record = f"{year}-{number:04d}"
            out.append([record, str(year), *(row[c] for c in NORWAY.values())])
            truth.append([record, row["organisasjonsnummer"]])
    write_rows(folder / "input.csv", ["id", "source", *NORWAY], out)
    return truth


LISTED = {"legal_rep": "法定代表人", "address": "注册地址", "office_address": "办公地址"}
POOL = {"name": "企业名称", "legal_rep": "法人代表", "address": "注册地址", "founded": "注册日期",
        "capital": "注册资金", "region": "地区"}


def write_listed(data, folder, full):
    """The truth is partial: companies without a row are unlabelled, so it is pairs.csv and there is no TRUTH.csv."""
    source = data / "er_listed_vs_registry"
    full_names = {r["股票代码"]: r["公司全称"] for r in read_rows(source / "listed_full_names.csv")}
    left = []
    for row in read_rows(source / "listed_side_no_full_name.csv"):
        code, short = row["股票代码"], row["股票简称"]
        left.append([code, full_names.get(code, "") if full else short, short, *(row[c] for c in LISTED.values())])
    write_rows(folder / "left.csv", ["id", "name", "short_name", *LISTED], left)
    pool = [[row["pool_id"], *(row[c] for c in POOL.values())] for row in read_rows(source / "registry_pool.csv")]
    write_rows(folder / "right.csv", ["id", *POOL], pool)
    pairs = [[row["股票代码"], row["pool_id"], row["kind"]] for row in read_rows(source / "truth.csv")]
    write_rows(folder / "pairs.csv", ["left", "right", "kind"], pairs)


def listed(data, folder):
    write_listed(data, folder, full=False)


def listed_full(data, folder):
    write_listed(data, folder, full=True)


def chinese_1m(data, folder, rows=1_000_000):
    return chinese.write(data / "registers", ROOT / "catalog", folder, rows, SEED)


DATASETS = {f.__name__: f for f in (historical_50k, febrl3, febrl4, fake_1000, musicbrainz_20k, norway, listed,
                                    listed_full, chinese_1m)}


def folder_of(work, dataset, rows=None):
    """Folder of a prepared dataset; a size other than the full one has a folder of its own."""
    return work / "inputs" / (f"{dataset}_{rows}" if rows and dataset == "chinese_1m" else dataset)


def prepare(dataset, data, work, rows=None):
    """Writes the dataset unless it is there already; returns its folder."""
    if rows and dataset != "chinese_1m":
        raise SystemExit(f"datasets: {dataset} has a fixed size; --rows is for chinese_1m")
    folder = folder_of(work, dataset, rows)
    if not (folder / "done.json").exists():
        truth = DATASETS[dataset](data, folder, **({"rows": rows} if rows else {}))
        if truth is not None:
            write_rows(folder / "TRUTH.csv", ["id", "cluster_id"], truth)
        (folder / "done.json").write_text(json.dumps({"dataset": dataset, "seed": SEED}) + "\n", encoding="utf-8")
    return folder


def inputs_of(folder):
    """The input files of a prepared dataset: one, or left and right."""
    return [folder / n for n in ("input.csv", "left.csv", "right.csv") if (folder / n).exists()]


def add_places(parser):
    """The two folders that every program here needs."""
    parser.add_argument("--data", type=pathlib.Path, default=ROOT.parent / "shared/data")
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "build/peers-work")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("datasets", nargs="*", metavar="DATASET", help=", ".join(DATASETS))
    parser.add_argument("--rows", type=int, help="records of chinese_1m")
    add_places(parser)
    args = parser.parse_args()
    for dataset in args.datasets or DATASETS:
        if dataset not in DATASETS:
            raise SystemExit(f"datasets: {dataset!r} is none of {', '.join(DATASETS)}")
        print(prepare(dataset, args.data, args.work, args.rows if dataset == "chinese_1m" else None))


if __name__ == "__main__":
    main()
