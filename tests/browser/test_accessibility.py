"""The desk for people who see it otherwise: enlarged, in colours of their own, without motion; and while it loads."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from fakes.axe import violations
from fakes.running_service import RunningService
from fakes.screenshots import at_every_width, picture

VIEWS = ("candidates", "progress", "leaderboard", "comparison")
#: A sum of shifts over 0.1 is felt (https://web.dev/articles/cls); nothing here should move at all.
SHIFT = """() => new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => { for (const one of list.getEntries()) sum += one.value; })
    .observe({ type: "layout-shift", buffered: true });
  // Entries are told of in tasks of their own, those of a frame after it.
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => resolve(sum))));
})"""
MAX_SHIFT = 0.02


def visit(page: Page, service: RunningService, view: str) -> None:
    page.goto(f"{service.base_url}/dashboard?job=1&view={view}&compare=42,43")
    expect(page.locator(f"#{view}-frame")).to_be_visible()


def test_pages_are_accessible_at_200_percent_in_forced_colours_without_motion(
    page: Page, interviewed: RunningService
) -> None:
    # A page of 1280 pixels at 200 % has room for 640 (WCAG 2.2, 1.4.4 and 1.4.10).
    page.set_viewport_size({"width": 640, "height": 480})
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    # A comparison has no button on a narrow screen.
    visit(page, interviewed, "comparison")
    for view in reversed(VIEWS):
        if view != "comparison":
            page.locator(f"#{view}-button").click()
            expect(page.locator(f"#{view}-frame")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), view
        assert page.evaluate("document.getAnimations().length") == 0, view
        assert violations(page) == [], view
        picture(page, f"enlarged_{view}")


@pytest.mark.parametrize("width", [1440, 390])
def test_page_layout_does_not_shift_while_loading(width: int, page: Page, interviewed: RunningService) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    for view in VIEWS:
        visit(page, interviewed, view)
        assert page.evaluate(SHIFT) <= MAX_SHIFT, view


#: A page with text that is hard to read everywhere, on less than wide screens, in the dark and on narrow screens.
FAULTS = """<!doctype html><html lang="en"><head><title>Faults</title><style>
  #everywhere { color: #aaa; } #narrow { display: none; color: #ccc; background: #fff; }
  @media (max-width: 1100px) { #middle { color: #bbb; background: #fff; } }
  @media (max-width: 500px) { #narrow { display: block; } }
  @media (prefers-color-scheme: dark) { body { background: #000; color: #fff; } #dark { color: #222; } }
</style></head><body><main><h1>Faults</h1><p id="everywhere">Grey</p><p id="middle">Grey</p><p id="dark">Grey</p>
<div id="narrow">Grey<img src="data:,"></div></main></body></html>"""


def test_the_accessibility_check_names_width_and_colours_of_each_violation(page: Page) -> None:
    page.set_content(FAULTS)
    wrong = {look: " ".join(found) for look, found in at_every_width(page, "faults").items()}
    assert {
        fault: [look for look in wrong if f'id="{fault}"' in wrong[look]]
        for fault in ("everywhere", "middle", "dark", "narrow")
    } == {
        "everywhere": ["1440 light"], "middle": ["1024 dark", "390 light"],
        "dark": ["1024 dark"], "narrow": ["390 light"],
    }
    assert [look for look in wrong if "image-alt" in wrong[look]] == ["390 light"]


def test_colours_are_judged_wherever_they_are_not_known_to_be_good(context: BrowserContext) -> None:
    good = '<p style="color: #000; background: #fff">Black</p>'
    bad = '<p style="color: #ccc; background: #fff">Grey</p>'
    pale = f'<div style="opacity: .1">{good}</div>'
    plain = '<p style="color: #000">Black</p>'
    dark = f'<div style="background: #111">{plain}</div>'
    # A page tells of a bad look once: after it, the next page begins.
    for states in (((good, 0), (bad, 1)), ((good, 0), (good + bad, 1)), ((pale, 1),), ((plain, 0), (dark, 1))):
        page = context.new_page()
        for around, faults in states:
            page.set_content(
                f'<!doctype html><html lang="en"><title>Colours</title><main><h1>Colours</h1>{around}</main>')
            assert len(violations(page)) == faults, around


def test_small_buttons_are_found_where_they_are_close_together(page: Page) -> None:
    button = '<button style="display: block; width: 12px; height: 12px; padding: 0; margin: {}px">+</button>'
    apart, close = button.format(30), button.format(2)
    for buttons, rules in ((apart * 3, []), (close, []), (close * 3, ["target-size"]), (apart * 2, [])):
        page.set_content(f'<!doctype html><html lang="en"><title>Sizes</title><main><h1>Sizes</h1>{buttons}</main>')
        assert [found.split(":")[0] for found in violations(page)] == rules, buttons


def test_each_kind_of_rule_is_judged_beside_what_is_known_to_be_good(context: BrowserContext) -> None:
    named = '<label>Name <input></label>'
    grey = '<p style="color: #ccc; background: #fff">Grey</p>'
    small = '<button style="display: block; width: 11px; height: 11px; padding: 0">+</button>'
    alone: list[tuple[str, list[str]]] = [
        (named, []), ("<input>", ["label"]), (named + "<input>", ["label"]), (named + grey, ["color-contrast"]),
        (named + small * 2, ["target-size"]), (named, []),
    ]
    together = [("<input>" + grey + small * 2, ["color-contrast", "label", "target-size"])]
    for states in (alone, together):
        page = context.new_page()
        for body, rules in states:
            page.set_content(f'<!doctype html><html lang="en"><title>Kinds</title><main><h1>Kinds</h1>{body}</main>')
            assert sorted(found.split(":")[0] for found in violations(page)) == rules, body


def test_colours_of_a_page_that_is_drawn_anew_all_the_time_are_judged(page: Page) -> None:
    page.set_content("""<!doctype html><html lang="en"><title>Anew</title><main></main><script>
      const draw = () => {
        document.querySelector("main").innerHTML = '<h1>Anew</h1><p style="color: #010203; background: #fff">Dark</p>';
        setTimeout(draw);
      };
      draw();
    </script>""")
    assert violations(page) == []
