#!/usr/bin/env python3
"""Minglu and its peers on the same linkage datasets. compare.py --program MINGLU --work DIR [--data DIR]
[--datasets a,b] [--rows N] [--peers splink,splink-wide,goldenmatch] [--repeat K] [--reuse] [--page NAME]

Every engine gets the same prepared files and is judged by evaluate.py. Wall and CPU seconds and peak memory are the
system's own figures of each whole finished process, start-up and training included; the fastest of K runs is kept, and
engines take turns within a round. Peers run only when asked for; with --reuse a result that WORK already holds is taken
instead, and the table says when it was measured: figures of another day are no comparison of speed. Writes
docs/generated/bench-link.md and bench-link.svg, or those of --page.
"""
import argparse
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import time

import chart
import datasets
import evaluate

HERE = pathlib.Path(__file__).resolve().parent
ROOT = datasets.ROOT
PEERS = {"splink": ["splink_run.py"], "splink-wide": ["splink_run.py", "--wide"], "goldenmatch": ["goldenmatch_run.py"]}
WIDE = ("fake_1000",)
THIS_RUN = time.strftime("%Y-%m-%d %H:%M")


class Failed(Exception):
    """An engine ended with an error; the message is its last line."""


def measured(command, folder):
    """Runs a command to its end; returns its standard output and the system's figures of the whole process."""
    log = folder / "stderr.txt"
    with open(log, "wb") as errors:
        started = time.monotonic()
        process = subprocess.Popen([str(c) for c in command], stdout=subprocess.PIPE, stderr=errors)
        output = process.stdout.read().decode()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - started
    process.stdout.close()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        lines = log.read_text(errors="replace").strip().split("\n")
        raise Failed(f"exit status {process.returncode}: {lines[-1][:200]}")
    return output, {"wall_s": wall, "cpu_s": usage.ru_utime + usage.ru_stime, "peak_mib": usage.ru_maxrss // 1024}


def last_json(text):
    """The last JSON object of an output: libraries may have printed before it. One object may span lines."""
    try:
        return json.loads(text)
    except ValueError:
        objects = [line for line in text.strip().split("\n") if line.startswith("{")]
        if not objects:
            raise Failed("printed no JSON object") from None
        return json.loads(objects[-1])


def minglu_command(args, dataset, inputs, out):
    model = HERE / "models" / f"{dataset}.json"
    if not model.exists():
        raise Failed(f"bench/peers/models/{dataset}.json is absent")
    sides = ["--left", inputs[0], *(["--right", inputs[1]] if len(inputs) > 1 else [])]
    return [args.program, "--json", "link", "--model", model, *sides, "--out", out]


def peer_command(args, engine, dataset, out):
    python = ROOT / "build/peers-venv/bin/python"
    if not python.exists():
        raise Failed("build/peers-venv is absent: run bench/peers/setup.sh")
    rows = ["--rows", args.rows] if args.rows and dataset == "chinese_1m" else []
    script, *flags = PEERS[engine]
    return [python, HERE / script, dataset, out, *flags, "--work", args.work, "--data", args.data, *rows]


def run_engine(args, engine, dataset, folder):
    """One run of one engine; the report holds its own words, the measured figures and the judgement."""
    place = args.work / "results" / engine / folder.name
    place.mkdir(parents=True, exist_ok=True)
    out = place / "clusters.csv"
    out.unlink(missing_ok=True)
    command = (minglu_command(args, dataset, datasets.inputs_of(folder), out) if engine == "minglu"
               else peer_command(args, engine, dataset, out))
    text, figures = measured(command, place)
    return {"engine": engine, "dataset": folder.name, "when": THIS_RUN, **figures, "said": last_json(text),
            "quality": evaluate.evaluate_files(folder, out)}


def label_best(args, engine, dataset, folder):
    """What labels would choose, from a run of its own: the search costs time and memory that are not the engine's."""
    place = args.work / "results" / engine / folder.name
    text, _ = measured([*peer_command(args, engine, dataset, place / "label_best.csv"), "--label-best"], place)
    return last_json(text)["label_best"]


def better(old, new):
    """The faster of two runs of one engine, with the seconds of both; different answers are an error worth showing,
    not averaging."""
    new["runs"] = [*(old or {}).get("runs", []), {k: new[k] for k in ("wall_s", "cpu_s")}]
    if old is None:
        return new
    kept = min(old, new, key=lambda r: r["wall_s"])
    kept["runs"] = new["runs"]
    kept["stable"] = old.get("stable", True) and old["quality"] == new["quality"]
    return kept


def results_of(args, dataset):
    """The reports of every engine asked for, minglu first."""
    folder = datasets.prepare(dataset, args.data, args.work, args.rows if dataset == "chinese_1m" else None)
    engines = ["minglu", *(p for p in args.peers if p != "splink-wide" or dataset in WIDE)]
    found = dict.fromkeys(engines)
    kept = {e: args.work / "results" / e / folder.name / "report.json" for e in engines}
    reused = {e for e in engines if args.reuse and e != "minglu" and kept[e].exists()}
    for engine in reused:
        found[engine] = json.loads(kept[engine].read_text(encoding="utf-8"))
    for _ in range(args.repeat):
        for engine in engines:
            if engine in reused or (found[engine] or {}).get("failed"):
                continue
            try:
                found[engine] = better(found[engine], run_engine(args, engine, dataset, folder))
            except Failed as error:
                found[engine] = {"engine": engine, "dataset": folder.name, "when": THIS_RUN, "failed": str(error)}
            print(f"{folder.name} {engine}: {brief(found[engine])}", file=sys.stderr, flush=True)
    for engine, report in found.items():
        if engine not in reused and "failed" not in report:
            if engine.startswith("splink"):
                try:
                    report["label_best"] = label_best(args, engine, dataset, folder)
                except Failed as error:
                    print(f"{folder.name} {engine}: no label_best: {error}", file=sys.stderr)
            kept[engine].write_text(json.dumps(report, ensure_ascii=False) + "\n", encoding="utf-8")
    return list(found.values())


def brief(report):
    if "failed" in report:
        return report["failed"]
    return f"F1 {report['quality']['f1']:.4f}, {report['wall_s']:.2f} s wall, {report['cpu_s']:.2f} s CPU"


def stages(said):
    return ", ".join(f"{k} {v:.2f}" for k, v in (said.get("stage_seconds") or said.get("seconds") or {}).items())


def pairs(said):
    count = said.get("pairs_scored", said.get("pairs"))
    return f"{count:,}" if isinstance(count, int) else "–"


def row(report):
    head = f"| {report['dataset']} | {report['engine']} |"
    if "failed" in report:
        return f"{head} did not run: {report['failed']} |" + " |" * 11
    q, said = report["quality"], report["said"]
    b3 = f"{q['b3_f1']:.4f}" if "b3_f1" in q else "–"
    best = report.get("label_best")
    best_text = f"{best['f1']:.4f}" if best else "–"
    when = "this run" if report["when"] == THIS_RUN else report["when"]
    changed = "" if report.get("stable", True) else " (answers differed between runs)"
    return (f"{head} {q['precision']:.4f} | {q['recall']:.4f} | {q['f1']:.4f}{changed} | {b3} | {best_text} | "
            f"{pairs(said)} | {report['wall_s']:.2f} | {report['cpu_s']:.2f} | {report['peak_mib']:,} | "
            f"{stages(said)} | {when} |")


def ratios(reports):
    """Medians over the runs, and the median of the ratios of each round to minglu; engines of this run only."""
    lines = []
    for dataset in dict.fromkeys(r["dataset"] for r in reports):
        ours = next(r for r in reports if r["dataset"] == dataset and r["engine"] == "minglu")
        for r in reports:
            if r["dataset"] != dataset or r["when"] != THIS_RUN or len(r.get("runs", [])) < 2 or "failed" in ours:
                continue
            median = {k: statistics.median(run[k] for run in r["runs"]) for k in ("wall_s", "cpu_s")}
            times = {k: statistics.median(a[k] / b[k] for a, b in zip(r["runs"], ours["runs"])) for k in median}
            walls = ", ".join(f"{run['wall_s']:.2f}" for run in r["runs"])
            lines.append(f"| {dataset} | {r['engine']} | {walls} | {median['wall_s']:.2f} | {times['wall_s']:.1f} | "
                         f"{median['cpu_s']:.2f} | {times['cpu_s']:.1f} |")
    if not lines:
        return ""
    head = ("| dataset | engine | wall s of each run | median | times minglu | CPU s, median | times minglu |\n"
            "|---|---|---|---|---|---|---|\n")
    return "\nRuns in turn; *times minglu* is the median over the rounds:\n\n" + head + "\n".join(lines) + "\n"


def kinds(reports):
    """Recall by kind of the partly labelled datasets."""
    lines = []
    for r in reports:
        for kind, k in r.get("quality", {}).get("recall_by_kind", {}).items():
            lines.append(f"| {r['dataset']} | {r['engine']} | {kind} | {k['found']} | {k['of']} | {k['recall']:.4f} |")
    if not lines:
        return ""
    head = "| dataset | engine | kind | found | of | recall |\n|---|---|---|---|---|---|\n"
    return "\nRecall by kind of labelled pair:\n\n" + head + "\n".join(lines) + "\n"


def notes(reports):
    """What a reader must know of the engines and datasets that are in the table."""
    shown = {r["engine"] for r in reports} | {r["dataset"] for r in reports}
    said = {
        "splink": "Splink 5.0.0 on DuckDB 2.0.1 runs the settings of its own notebooks where there are some "
                  "(`splink_models.py`). For `musicbrainz_20k` and `chinese_1m` they were written here, "
                  "and their blocking was widened once after looking at missed true pairs, in Splink's favour.",
        "splink-wide": "`splink-wide` adds two blocking rules, since the published ones reach half of the true pairs.",
        "goldenmatch": "GoldenMatch 3.22.0 configures itself and is not tuned; it blocks names by prefix and soundex.",
        "listed": "`listed` is judged on labelled companies only; the left side has short names.",
        "listed_full": "`listed_full` is `listed` with full names.",
        "norway": "In `norway` the given truth holds 7,818 pairs of rows that are equal in every column and 1,688 that "
                  "share no name, address, date or postal code: the second kind cannot be found from the rows, and the "
                  "best possible F1 is 0.9026."}
    return "".join(f"\n* {words}" for key, words in said.items() if key in shown) + "\n"


def page(reports, args):
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    columns = ["dataset", "engine", "P", "R", "F1", "B³ F1", "label_best F1", "pairs scored", "wall s", "CPU s",
               "peak MiB", "stages, s", "measured"]
    table = "\n".join(["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns), *map(row, reports)])
    return f"""# Record linkage: accuracy, speed and memory

Written by `bench/peers/compare.py` on {THIS_RUN[:10]}: {os.cpu_count()} cores of {platform.machine()},
{memory:.0f} GiB, a shared machine; best of {args.repeat} run(s), engines in turn. Seconds and memory are those of whole
processes, training and start-up included. P, R and F1 are pairwise after clustering, by one evaluator for all engines,
which see no labels. Splink's threshold is a match probability of 0.95 everywhere; `label_best` is the F1 its best
threshold would give to one who has the labels, found in a run of its own, and compares with nothing else in the table.
{notes(reports)}
{table}
{ratios(reports)}{kinds(reports)}
![F1 and CPU seconds]({args.page}.svg)
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--datasets", default=",".join(datasets.DATASETS))
    parser.add_argument("--peers", default="", help=",".join(PEERS))
    parser.add_argument("--rows", type=int, help="records of chinese_1m")
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--reuse", action="store_true", help="take peers' results that WORK holds")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "docs/generated")
    parser.add_argument("--page", default="bench-link", help="name of the page; bench-link-1m for a million rows")
    datasets.add_places(parser)
    args = parser.parse_args()
    args.peers = [p for p in args.peers.split(",") if p]
    wanted = args.datasets.split(",")
    for name, known in [*((p, PEERS) for p in args.peers), *((d, datasets.DATASETS) for d in wanted)]:
        if name not in known:
            raise SystemExit(f"compare: {name!r} is none of {', '.join(known)}")
    reports = [report for dataset in wanted for report in results_of(args, dataset)]
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / f"{args.page}.md").write_text(page(reports, args), encoding="utf-8")
    (args.out / f"{args.page}.svg").write_text(chart.draw(reports), encoding="utf-8")
    print(f"written: {args.out}/{args.page}.md, {args.page}.svg")


if __name__ == "__main__":
    main()
