// Which characters of two texts differ, by the longest common subsequence over code points.

export interface Piece {
  text: string;
  same: boolean;
}

function lengths(a: string[], b: string[]): Uint16Array[] {
  const table = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const down = table[i + 1]![j]!;
      const right = table[i]![j + 1]!;
      table[i]![j] = a[i] === b[j] ? table[i + 1]![j + 1]! + 1 : Math.max(down, right);
    }
  }
  return table;
}

function push(pieces: Piece[], char: string, same: boolean): void {
  const last = pieces[pieces.length - 1];
  if (last && last.same === same) last.text += char;
  else pieces.push({ text: char, same });
}

/** Both texts cut into pieces that stand in the other too and pieces that do not. Cost: product of the lengths. */
export function diff(left: string, right: string): [Piece[], Piece[]] {
  const a = Array.from(left).slice(0, 400);
  const b = Array.from(right).slice(0, 400);
  const table = lengths(a, b);
  const out: [Piece[], Piece[]] = [[], []];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      push(out[0], a[i]!, true);
      push(out[1], b[j]!, true);
      i += 1;
      j += 1;
    } else if (j >= b.length || (i < a.length && table[i + 1]![j]! >= table[i]![j + 1]!)) {
      push(out[0], a[i]!, false);
      i += 1;
    } else {
      push(out[1], b[j]!, false);
      j += 1;
    }
  }
  return out;
}
