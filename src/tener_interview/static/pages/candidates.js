/** The candidates of a job as a list: everybody who was matched or invited. */

import {
  decisionCell, listRow, matchCell, matchNote, scoreCell, showRows, showScoredBeforeConsent, skillsCell, statusCell, timesCell,
  whoCell,
} from "../components/list_row.js";
import { showSelection } from "../components/list_selection.js";
import { byId } from "../lib/dom.js";

/** Show these candidates. */
export function showCandidates(candidates) {
  showRows(byId("candidates").tBodies[0], candidates.map((candidate) => ({
    key: String(candidate.candidate_id), value: candidate, draw: () => row(candidate),
  })));
  showScoredBeforeConsent("candidates", candidates.map(({ session }) => session));
  showSelection();
}

function row(candidate) {
  return listRow(candidate, [
    whoCell(candidate, matchNote(candidate, "on-cards")), skillsCell(candidate), matchCell(candidate), scoreCell(candidate), statusCell(candidate),
    decisionCell(candidate), timesCell(candidate),
  ]);
}
