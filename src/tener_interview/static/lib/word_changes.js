/** Which words were added to a text and which were taken out. */

/** Longer texts are compared as a whole: the time grows with the product of their lengths. */
const MAX_WORDS = 1500;

/** The pieces of both texts in order: `{kind: "same" | "removed" | "added", text}`. */
export function wordChanges(before, after) {
  const [old, now] = [pieces(before), pieces(after)];
  if (old.length > MAX_WORDS || now.length > MAX_WORDS) return joinRuns([["removed", before], ["added", after]]);
  const common = commonLengths(old, now);
  const steps = [];
  let [at, to] = [0, 0];
  while (at < old.length || to < now.length) {
    if (at < old.length && to < now.length && sameWord(old[at], now[to])) {
      steps.push(["same", now[to]]);
      at += 1;
      to += 1;
    } else if (to >= now.length || (at < old.length && common[at + 1][to] >= common[at][to + 1])) {
      steps.push(["removed", old[at]]);
      at += 1;
    } else {
      steps.push(["added", now[to]]);
      to += 1;
    }
  }
  return joinRuns(steps);
}

function sameWord(one, other) {
  return one.trim() === other.trim();
}

/** Words, each with the space after it. */
function pieces(text) {
  return text.match(/\S+\s*|\s+/g) ?? [];
}

/** The length of the longest common subsequence of each pair of rests. */
function commonLengths(old, now) {
  const rows = Array.from({ length: old.length + 1 }, () => new Uint16Array(now.length + 1));
  for (let at = old.length - 1; at >= 0; at -= 1) {
    for (let to = now.length - 1; to >= 0; to -= 1) {
      rows[at][to] = sameWord(old[at], now[to]) ? rows[at + 1][to + 1] + 1 : Math.max(rows[at + 1][to], rows[at][to + 1]);
    }
  }
  return rows;
}

function joinRuns(steps) {
  const runs = [];
  for (const [kind, text] of steps) {
    if (!text) continue;
    if (runs.at(-1)?.kind === kind) runs.at(-1).text += text;
    else runs.push({ kind, text });
  }
  return runs;
}
