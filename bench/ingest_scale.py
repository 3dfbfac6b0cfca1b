"""Feed to fused register at growing sizes, beside a plain read-and-parse of the same bytes. Called by bench/run.sh.

Per size: a city is made (not timed as ingest), its files are read and parsed only (the floor, one thread), then taken
in on all threads. Wall and CPU seconds and peak memory are the system's own figures of the finished process.
"""
import json
import os
import pathlib
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time


def timed(command):
    """Runs a command; returns (standard output, wall seconds, CPU seconds, peak memory in MiB)."""
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit(f"bench: {' '.join(map(str, command))} ended with {os.waitstatus_to_exitcode(status)}")
    return output.decode(), time.monotonic() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024


def measure(program, floor_program, units, folder, rebuild):
    feeds, home = folder / "city", folder / "home"
    _, synth_seconds, _, _ = timed([program, "--quiet", "synth", "--units", str(units), "--seed", "7", "--out", feeds])
    floor, floor_wall, floor_cpu, _ = timed([floor_program, feeds / "feeds"])
    floor = json.loads(floor)
    out, wall, cpu, memory = timed([program, "--home", home, "--json", "--quiet", "ingest", "--all", feeds / "feeds"])
    report = json.loads(out)
    assert report["balanced"] and not report["failed"], "the counts do not balance"
    assert report["rows_in"] == floor["rows"], "reader and ingest count different rows"
    whole = json.loads(timed([program, "--home", home, "--json", "verify"])[0])
    assert whole["whole"], whole["problems"]
    row = {"units": units, "rows": report["rows_in"], "bytes": floor["bytes"], "synth_seconds": synth_seconds,
           "floor_cpu": floor_cpu, "floor_wall": floor_wall, "wall": wall, "cpu": cpu, "memory": memory,
           "ingest_seconds": report["ingest_seconds"], "resolve_seconds": report["resolve"]["seconds"],
           "register_units": report["resolve"]["units"],
           "disk": sum(f.stat().st_size for f in home.rglob("*") if f.is_file())}
    if rebuild:
        before = json.loads(timed([program, "--home", home, "--json", "status"])[0])
        after = json.loads(timed([program, "--home", home, "--json", "--quiet", "rebuild"])[0])
        assert before["state_hash"] == after["state_hash"] and before["history_hash"] == after["history_hash"]
        row["rebuilt"] = True
    return row


def table(rows):
    head = ["units asked", "rows in", "feed MB", "wall s", "CPU s", "rows/s (wall)", "µs CPU/row", "take in s",
            "match + fuse s", "peak MiB", "read-and-parse CPU s", "CPU ÷ floor", "home MB"]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for r in rows:
        cells = [f"{r['units']:,}", f"{r['rows']:,}", f"{r['bytes'] / 1e6:,.0f}", f"{r['wall']:.0f}", f"{r['cpu']:.0f}",
                 f"{r['rows'] / r['wall']:,.0f}", f"{r['cpu'] / r['rows'] * 1e6:.2f}", f"{r['ingest_seconds']:.0f}",
                 f"{r['resolve_seconds']:.0f}", f"{r['memory']:,}", f"{r['floor_cpu']:.1f}",
                 f"{r['cpu'] / r['floor_cpu']:.1f}", f"{r['disk'] / 1e6:,.0f}"]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main():
    root = pathlib.Path(sys.argv[1])
    sizes = sorted(int(a) for a in sys.argv[2:])
    program = root / "build/release/bin/minglu"
    floor_program = root / "build/release/bin/bench_read_floor"
    rows = []
    for number, units in enumerate(sizes):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="minglu-bench-", dir=os.environ.get("MINGLU_BENCH_DIR")))
        try:
            rows.append(measure(program, floor_program, units, folder, rebuild=number == 0))
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        print(table(rows[-1:]), flush=True)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    text = f"""# Feed to fused register: speed and memory

Written by `./minglu bench {' '.join(map(str, sizes))}` on {time.strftime('%Y-%m-%d')}: {os.cpu_count()} cores of
{platform.machine()}, {memory:.0f} GiB, a shared machine. Seed 7, 24 monthly periods, 18 feeds in seven formats. Every
size was verified before its figures were kept: every source balances, ingest and plain reader count the same rows,
every byte verifies; the smallest was rebuilt to equal hashes. The floor reads and parses the same files and does
nothing with the cells, on one thread: compare CPU seconds.

{table(rows)}
"""
    (root / "docs/generated/bench-ingest.md").write_text(text, encoding="utf-8")
    print("written: docs/generated/bench-ingest.md")


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()
