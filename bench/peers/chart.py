"""The bar chart of compare.py: each engine's F1 on the left and CPU seconds (logarithmic) on the right."""
import math
from xml.sax.saxutils import escape

COLOURS = {"minglu": "#b5382a", "splink": "#3b6ea5", "splink-wide": "#8fb4d9", "goldenmatch": "#c79a2b"}
ROW, GAP, TOP, LABEL, WIDTH, SPACE = 16, 14, 58, 150, 260, 90


def text(x, y, words, anchor="start", size=11):
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}">{escape(words)}</text>'


def bar(x, y, width, colour, words):
    box = f'<rect x="{x}" y="{y:.1f}" width="{max(width, 0.5):.1f}" height="{ROW - 3}" fill="{colour}"/>'
    return box + text(x + width + 4, y + ROW - 5, words, size=10)


def second_width(seconds, low, high):
    """Length of a bar of `seconds` on a logarithmic axis from `low` to `high`."""
    return WIDTH * (math.log10(max(seconds, low)) - math.log10(low)) / max(math.log10(high / low), 1e-9)


def draw(reports):
    """An SVG document; engines that failed have no bar."""
    shown = [r for r in reports if "quality" in r]
    seconds = [max(r["cpu_s"], 1e-3) for r in shown] or [1.0]
    low = 10 ** math.floor(math.log10(min(seconds)))
    high = 10 ** math.ceil(math.log10(max(max(seconds), low * 1.01)))
    right = LABEL + WIDTH + SPACE
    parts, y, last = [], TOP, None
    for r in shown:
        if r["dataset"] != last:
            y += GAP if last else 0
            parts.append(text(LABEL - 8, y + ROW - 5, r["dataset"], "end", 12))
            last = r["dataset"]
        colour = COLOURS.get(r["engine"], "#777777")
        parts.append(bar(LABEL, y, WIDTH * r["quality"]["f1"], colour, f"{r['quality']['f1']:.4f}"))
        parts.append(bar(right, y, second_width(r["cpu_s"], low, high), colour, f"{r['cpu_s']:.2f} s"))
        y += ROW
    for number, engine in enumerate(dict.fromkeys(r["engine"] for r in shown)):
        x = LABEL + 130 * number
        parts.append(f'<rect x="{x}" y="8" width="12" height="12" fill="{COLOURS.get(engine, "#777777")}"/>')
        parts.append(text(x + 17, 18, engine, size=12))
    heads = text(LABEL, 42, "pairwise F1 after clustering, 0 to 1", size=12) + text(
        right, 42, f"CPU seconds, logarithmic from {low:g} to {high:g}", size=12)
    width, height = right + WIDTH + SPACE, y + 12
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
            f'font-family="sans-serif" fill="#222">\n<rect width="100%" height="100%" fill="#ffffff"/>\n{heads}\n'
            + "\n".join(parts) + "\n</svg>\n")
