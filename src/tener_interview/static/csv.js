/** A list of candidates from a spreadsheet: read by RFC 4180, checked row by row before anything is sent. */

export const COLUMNS = ["candidate_id", "candidate_name", "candidate_email"];
/** The most that one step takes; the service has the same bound. */
export const MOST_ROWS = 500;

const MOST_NAME_CHARS = 200;
const EMAIL = /^[^\s@"<>(),;:\\[\]]{1,64}@[^\s@.,]+(\.[^\s@.,]+)+$/;

/**
 * The rows as `{line, candidate_id, candidate_name, candidate_email, fault}`; `fault` is "" for a good one. The first
 * row may name the columns, in any order; commas, semicolons and tabs separate. Throws an Error in words when the names
 * of the columns make no sense.
 */
export function readCandidates(text) {
  const rows = parse(text.replace(/^\uFEFF/, "")).filter(({ cells }) => cells.some((cell) => cell.trim()));
  if (rows.length === 0) return [];
  const named = rows[0].cells.map((cell) => cell.trim().toLowerCase());
  const hasNames = named.some((name) => COLUMNS.includes(name));
  if (hasNames && !named.includes("candidate_id")) {
    throw new Error("The first row names columns, but none of them is candidate_id.");
  }
  const columns = hasNames ? named : COLUMNS;
  const seen = new Map();
  return rows.slice(hasNames ? 1 : 0).map(({ line, cells }) => checked(line, cells, columns, seen));
}

function checked(line, cells, columns, seen) {
  const value = (name) => (cells[columns.indexOf(name)] ?? "").trim();
  const id = value("candidate_id");
  const row = { line, candidate_id: Number(id), candidate_name: value("candidate_name"), candidate_email: value("candidate_email") };
  const fault = faultOf(row, id, cells, columns, seen);
  if (!seen.has(id)) seen.set(id, line);
  return { ...row, candidate_id: fault ? id : row.candidate_id, fault };
}

function faultOf(row, id, cells, columns, seen) {
  if (!/^[1-9][0-9]{0,15}$/.test(id) || !Number.isSafeInteger(row.candidate_id)) {
    return id ? "The id is not a whole number." : "There is no id.";
  }
  if (seen.has(id)) return `The same id is in line ${seen.get(id)}.`;
  if (cells.length > columns.length && cells.slice(columns.length).some((cell) => cell.trim())) {
    return "There are more cells than columns; put a name with a comma in quotes.";
  }
  if (row.candidate_name.length > MOST_NAME_CHARS) return `The name is longer than ${MOST_NAME_CHARS} characters.`;
  if (/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(row.candidate_name)) return "The name has characters that cannot be shown.";
  if (row.candidate_email && !EMAIL.test(row.candidate_email)) return "That is not an e-mail address.";
  return "";
}

/** The cells of every row, and the line on which it begins. */
function parse(text) {
  const mark = separator(text);
  const rows = [];
  let row = { line: 1, cells: [""] };
  let line = 1;
  let quoted = false;
  for (let place = 0; place < text.length; place += 1) {
    const each = text[place];
    const last = row.cells.length - 1;
    if (each === "\n") line += 1;
    if (quoted) {
      if (each !== '"') row.cells[last] += each;
      else if (text[place + 1] === '"') {
        row.cells[last] += '"';
        place += 1;
      } else quoted = false;
    } else if (each === '"' && row.cells[last].trim() === "") {
      row.cells[last] = "";
      quoted = true;
    } else if (each === mark) row.cells.push("");
    else if (each === "\n") {
      rows.push(row);
      row = { line, cells: [""] };
    } else if (each !== "\r") row.cells[last] += each;
  }
  return [...rows, row];
}

/** Spreadsheets separate by commas, by semicolons where the comma is the decimal mark, and by tabs when pasted. */
function separator(text) {
  const [first] = text.split("\n", 1);
  const counts = ["\t", ";", ","].map((mark) => [mark, first.split(mark).length]);
  return counts.reduce((best, each) => (each[1] > best[1] ? each : best), [",", 1])[0];
}
