"""Tables of pages without scripts: on a phone each cell names its column."""

from __future__ import annotations

from tener_interview.api.page_tables import table


def test_cells_name_their_column_and_stay_cells_for_screen_readers() -> None:
    shown = table("Entries", ("No.", "Details"), [("1", "<b>x</b>"), ("2", "")], ("number", ""))
    assert shown.startswith('<div class="scroll" role="region" tabindex="0" aria-label="Entries">')
    assert '<table class="cards" role="table">' in shown
    assert shown.count('role="columnheader"') == 2
    assert '<td role="cell" data-label="No." class="number"><div>1</div></td>' in shown
    assert '<td role="cell" data-label="Details"><div><b>x</b></div></td>' in shown
    # Without a value there is nothing to name.
    assert shown.endswith('<div>2</div></td><td role="cell"></td></tr></tbody></table></div>')
