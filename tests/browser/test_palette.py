"""The command palette and the keys: a walk by keyboard alone, and the parts that need no page."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from fakes.browser_watch import Watch
from fakes.running_service import RunningService
from fakes.screenshots import NARROW, at_every_width

START = "/api/interviews/sessions/start"


def palette(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Search", exact=True)


def chosen(page: Page) -> Locator:
    return palette(page).get_by_role("option", selected=True)


def choose(page: Page, text: str, expected: str) -> None:
    """Open the palette, type, and press Enter once the expected entry is the chosen one."""
    page.keyboard.press("Control+k")
    expect(palette(page).get_by_role("combobox")).to_be_focused()
    page.keyboard.type(text)
    expect(chosen(page)).to_contain_text(expected)
    page.keyboard.press("Enter")
    expect(palette(page)).to_be_hidden()


def test_a_recruiter_navigates_and_acts_with_the_command_palette_by_keyboard(
    context: BrowserContext, demo: RunningService
) -> None:
    page, watch = context.new_page(), Watch(context, demo.base_url)
    for candidate_id, job_id, name in ((42, 1, "Zoë O'Neil"), (49, 2, "Zora Adler"), (50, 1, "Zuzana Weiß")):
        demo.ask(START, {"job_id": job_id, "candidate_id": candidate_id, "candidate_name": name})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(demo.base_url)))
    page.goto(f"{demo.base_url}/dashboard")
    expect(page.locator("#jobs-list a")).to_have_count(4)
    expect(page.locator("#today-groups")).not_to_be_empty()
    before = len(asked)

    # Nothing is asked for before something is typed; Escape gives the focus back.
    page.locator("#jobs-search").focus()
    page.keyboard.press("Control+k")
    box = palette(page).get_by_role("combobox")
    expect(box).to_be_focused()
    expect(palette(page).get_by_role("group", name="Pages").get_by_role("option", name="Audit Log")).to_be_visible()
    assert not [url for url in asked[before:] if "q=" in url or "account" in url]
    page.keyboard.press("ArrowUp")
    expect(palette(page).get_by_role("option").last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(palette(page).get_by_role("option").first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", chosen(page).get_attribute("id") or "")
    page.keyboard.press("Tab")
    expect(palette(page).get_by_role("button", name="Close")).to_be_focused()
    page.keyboard.press("Tab")
    assert not palette(page).get_by_role("listbox").evaluate("list => list === document.activeElement")
    page.keyboard.press("Control+k")
    expect(palette(page)).to_be_hidden()
    expect(page.locator("#jobs-search")).to_be_focused()

    # An answer to what was typed before comes too late, and is dropped.
    held: list[Route] = []
    page.route("**/api/candidates?q=zora*", lambda route: held.append(route))
    page.keyboard.press("Control+k")
    with page.expect_request("**/api/candidates?q=zora*"):
        page.keyboard.type("zora")
    for _ in range(3):
        page.keyboard.press("Backspace")
    page.keyboard.type("oe")
    people = palette(page).get_by_role("group", name="People").get_by_role("option")
    expect(people).to_have_count(1)
    with page.expect_response("**/api/candidates?q=zora*"):
        held[0].continue_()
    page.unroute("**/api/candidates?q=zora*")
    expect(palette(page).get_by_role("status")).to_have_text("1 found")
    expect(people).to_contain_text("Zoë O'Neil")
    assert at_every_width(page, "palette", NARROW) == {}
    page.set_viewport_size({"width": 1440, "height": 900})

    # Somebody of any job: the scorecard opens, and the palette has its actions.
    page.keyboard.press("Enter")
    scorecard = page.locator("#scorecard")
    expect(scorecard.get_by_role("heading", name="Zoë O'Neil")).to_be_visible()
    # What can be done comes after the name, also into a palette that is open already.
    choose(page, "edit det", "Edit Details")
    expect(page.get_by_role("dialog", name="Edit details")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Edit details")).to_be_hidden()
    # From an open dialog to another page; Back returns.
    choose(page, "zora", "Zora Adler")
    expect(scorecard.get_by_role("heading", name="Zora Adler")).to_be_visible()
    page.keyboard.press("Escape")
    expect(scorecard).to_be_hidden()
    expect(page.locator("#candidates")).to_be_visible()

    # What was used last comes first.
    page.keyboard.press("Control+k")
    recent = palette(page).get_by_role("group", name="Recent").get_by_role("option")
    expect(recent.first).to_contain_text("Zora Adler")
    expect(recent.nth(1)).to_contain_text("Zoë O'Neil")
    page.keyboard.press("Escape")
    expect(palette(page)).to_be_hidden()

    # Keys of the list, and what can be done with those who are selected.
    choose(page, "backend", "Backend")
    expect(page.locator("#job-title")).to_contain_text("Backend")
    expect(page.locator("#candidates .open-scorecard").first).to_be_visible()
    expect_what_is_done_most(page)
    page.keyboard.press("3")
    expect(page.locator("#leaderboard .open-scorecard")).to_have_count(2)
    page.keyboard.press("n")
    page.keyboard.press("x")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#leaderboard .open-scorecard").nth(1)).to_be_focused()
    page.keyboard.press("x")
    expect(page.locator("#selection-bar")).to_contain_text("2 selected")
    choose(page, "message sel", "Message 2")
    messaging = page.locator("#messaging")
    expect(messaging).to_be_visible()
    page.keyboard.press("?")
    page.keyboard.press("Escape")
    expect(messaging).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator("#selection-bar")).to_be_hidden()
    # Neither that nor the filters leave the focus in a field, where the next key would be typed.
    expect_filters_to_open_and_close(page, "f")

    # Not while somebody types, and off if it is switched off.
    page.locator("#main").focus()
    page.keyboard.press("/")
    expect(page.locator("#list-search")).to_be_focused()
    page.keyboard.type("?2z")
    expect(page.locator("#list-search")).to_have_value("?2z")
    page.locator("#main").focus()
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys.get_by_role("heading", name="In the list of candidates")).to_be_visible()
    assert at_every_width(page, "keys", NARROW) == {}
    page.set_viewport_size({"width": 1440, "height": 900})
    keys.get_by_label("Single letters").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    page.keyboard.press("2")
    page.keyboard.press("?")
    choose(page, "keys", "Keys")
    expect(keys).to_be_visible()
    expect(page.locator("#leaderboard-button")).to_have_attribute("aria-current", "true")
    page.keyboard.press("Escape")
    assert (watch.errors, watch.foreign) == ([], [])


def expect_what_is_done_most(page: Page) -> None:
    """In a job the palette begins with what is done most there."""
    page.keyboard.press("Control+k")
    here = palette(page).get_by_role("group", name="Here")
    expect(here.get_by_role("option").first).to_have_text("Invite From Spreadsheet")
    expect(here.get_by_role("option", name="Rescore")).to_have_count(1)
    # The job is the same for all of them.
    expect(here).not_to_contain_text("Senior Backend Engineer")
    names = here.get_by_role("option").all_inner_texts()
    assert names.index("Leaderboard") < names.index("Settings")
    page.keyboard.press("Escape")
    expect(palette(page)).to_be_hidden()
    page.locator("#main").focus()
    expect_filters_to_open_and_close(page, "Escape")
    page.locator("#main").focus()


def expect_filters_to_open_and_close(page: Page, closing_key: str) -> None:
    page.keyboard.press("f")
    expect(page.locator("#filters-panel")).to_be_focused()
    page.keyboard.press(closing_key)
    expect(page.locator("#filters-panel")).to_be_hidden()
    expect(page.locator("#filters-toggle")).to_be_focused()


def test_the_palette_offers_reviewers_only_permitted_actions_and_phones_a_button(
    context: BrowserContext, demo: RunningService
) -> None:
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    who = {"name": "Rae", "role": "reviewer", "user": {"user_id": "us_1"}, "recovery_codes_left": 0}
    page.route("**/api/account", lambda route: route.fulfill(json=who))
    found = {
        "candidate_id": 7, "candidate_name": "Ann", "job_id": 2, "job_title": "QA", "session_id": "iv_1",
        "status": None,
    }
    page.route("**/api/candidates?*", lambda route: route.fulfill(json={"items": [found], "covers_uninvited": False}))
    page.set_viewport_size({"width": 390, "height": 780})
    page.goto(f"{demo.base_url}/reviews")
    expect(page.locator("#report")).to_contain_text("nothing to review")
    page.get_by_role("button", name="Search", exact=True).click()
    names = palette(page).get_by_role("option")
    expect(names.filter(has_text="My Reviews")).to_have_count(1)
    assert not {"Users", "Webhooks", "Audit Log", "Today", "Messages"} & set(names.all_inner_texts())
    page.keyboard.type("ann")
    expect(names.filter(has_text="Ann")).to_have_attribute("href", "/reviews/iv_1")
    assert not [url for url in asked if "/api/admin/jobs" in url]
    palette(page).get_by_role("button", name="Close").click()
    expect(palette(page)).to_be_hidden()
    for path in ("/audit-log", "/help/scoring", "/nowhere"):
        page.goto(f"{demo.base_url}{path}")
        page.get_by_role("button", name="Search", exact=True).click()
        expect(palette(page).get_by_role("combobox")).to_be_focused()
        page.keyboard.press("Control+k")
        # It closes by going back, which the browser does a moment later.
        expect(palette(page)).to_be_hidden()
        page.keyboard.press("?")
        expect(page.get_by_role("dialog", name="Keys")).to_be_visible()


#: A query, and what is shown: every group with the labels of its entries.
_CHOSEN: dict[str, dict[str, list[str]]] = {
    "": {
        "recent": ["Zoë"], "here": ["Invite 3"], "page": ["Users"],
        "job": ["Backend Engineer", "Engineer, Back Office"],
    },
    "ENGI back": {"job": ["Backend Engineer", "Engineer, Back Office"]},
    "eng": {"job": ["Engineer, Back Office", "Backend Engineer"]},
    "backend": {"job": ["Backend Engineer"]},
    "backend inv": {"here": ["Invite 3"]},
    "zoe": {"recent": ["Zoë"], "person": ["Zoé & Söhne"]},
    "colleague": {"page": ["Users"]},
    "invite": {"here": ["Invite 3"]},
    "(": {},
    "soehne": {"person": ["Zoé & Söhne"]},
}


def test_palette_entries_are_found_by_words_and_shortcuts_match_the_key_table(page: Page, demo: RunningService) -> None:
    # A page without scripts of its own.
    page.goto(f"{demo.base_url}/i/nothing")
    shown: dict[str, Any] = page.evaluate("""async (queries) => {
      const { chooseEntries, stepTo, addRecent } = await import("/static/lib/palette_entries.js");
      const entry = (group, label, more = {}) => ({ key: `${group}:${label}`, group, label, href: "/x", ...more });
      const entries = [
        entry("here", "Invite 3", { detail: "Backend Engineer", act() {} }),
        entry("page", "Users", { words: "colleague" }),
        entry("job", "Backend Engineer"), entry("job", "Engineer, Back Office"),
      ];
      const person = entry("person", "Zoé & Söhne", { found: true });
      const recent = [entry("person", "Zoë"), entry("here", "Gone", { href: undefined })];
      const read = (query) => chooseEntries(
        query.startsWith("zoe") || query === "soehne" ? [...entries, person] : entries, recent, query);
      const ways = {};
      for (const query of queries) {
        ways[query] = Object.fromEntries(read(query).map(([group, all]) => [group, all.map(({ label }) => label)]));
      }
      const many = Array.from({ length: 30 }, (_, at) => entry("job", `Job ${at}`));
      const used = many.reduce((all, one) => addRecent(all, one), []);
      return {
        ways,
        steps: [stepTo(0, -1, 3), stepTo(2, 1, 3), stepTo(0, 1, 0)],
        shown: chooseEntries(many, [], "job")[0][1].length,
        kept: [used.length, used[0].label, addRecent(used, used[3]).length],
      };
    }""", list(_CHOSEN))
    assert shown["ways"] == _CHOSEN
    assert shown["steps"] == [2, 0, -1]
    assert (shown["shown"], shown["kept"]) == (8, [12, "Job 29", 12])

    heard: dict[str, list[str]] = page.evaluate("""async () => {
      const { KEYS, keyLabels, listenToKeys } = await import("/static/lib/keys.js");
      document.body.innerHTML = `
        <input id="text"><input id="radio" type="radio"><div class="scroll" tabindex="0"></div><textarea></textarea>
        <dialog id="other"><button>x</button></dialog><dialog id="scorecard"><button>y</button></dialog>`;
      let heard = [];
      for (const place of ["everywhere", "candidates", "scorecard", "review"]) {
        const act = (name) => [name, () => heard.push(`${place}.${name}`)];
        listenToKeys(place, Object.fromEntries(Object.keys(KEYS[place][1]).map(act)));
      }
      listenToKeys("note", { leave: () => heard.push("note.leave") }, document.querySelector("textarea"));
      const press = (selector, key, more = {}) => {
        heard = [];
        const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
        document.querySelector(selector).dispatchEvent(event);
        return heard;
      };
      const found = {
        "?": press("body", "?", { shiftKey: true }), "caps N": press("body", "N", { shiftKey: true }),
        "ctrl n": press("body", "n", { ctrlKey: true }), "alt n": press("body", "n", { altKey: true }),
        "typed n": press("#text", "n"), "typed ?": press("textarea", "?"),
        "typed ctrl k": press("#text", "k", { ctrlKey: true }),
        "meta k": press("body", "k", { metaKey: true }),
        "3 on a radio button": press("#radio", "3"), "arrow on a radio button": press("#radio", "ArrowDown"),
        "arrow in a frame": press(".scroll", "ArrowDown"),
        "shift arrow": press("body", "ArrowRight", { shiftKey: true }),
        "escape in a note": press("textarea", "Escape"), "composing": press("body", "n", { isComposing: true }),
        "unknown": press("body", "q"),
      };
      document.querySelector("#other").showModal();
      found["n beside a dialog"] = press("#other button", "n");
      found["ctrl k in a dialog"] = press("#other button", "k", { ctrlKey: true });
      document.querySelector("#other").close();
      document.querySelector("#scorecard").showModal();
      found["n on a scorecard"] = press("#scorecard button", "n");
      document.querySelector("#scorecard").close();
      localStorage.setItem("review-single-keys", "off");
      found["n, off"] = press("body", "n");
      found["?, off"] = press("body", "?");
      found["arrow, off"] = press("body", "ArrowRight");
      found.signs = keyLabels(["Mod+K", "ArrowUp", "N"]).map((parts) => parts.join("+"));
      // Within a place no key stands for two actions.
      found.twice = Object.entries(KEYS).flatMap(([place, [, actions]]) => {
        const keys = Object.values(actions).flatMap(([own]) => own);
        return keys.filter((key, at) => keys.indexOf(key) !== at).map((key) => `${place} ${key}`);
      });
      // Wherever it is pressed, a letter stands for the same action.
      const uses = Object.values(KEYS).flatMap(([, actions]) => Object.entries(actions))
        .flatMap(([name, [keys]]) => keys.map((key) => ({ key, name }))).filter(({ key }) => /^[A-Z]$/.test(key));
      found.ambiguous = uses.filter((use) => uses.some(({ key, name }) => key === use.key && name !== use.name));
      return found;
    }""")
    assert heard == {
        "?": ["everywhere.list"], "caps N": ["candidates.next"], "ctrl n": [], "alt n": [],
        "typed n": [], "typed ?": [], "typed ctrl k": ["everywhere.palette"], "meta k": ["everywhere.palette"],
        "3 on a radio button": ["review.rate"], "arrow on a radio button": [], "arrow in a frame": [],
        "shift arrow": [], "escape in a note": ["note.leave"], "composing": [], "unknown": [], "n beside a dialog": [],
        "ctrl k in a dialog": ["everywhere.palette"], "n on a scorecard": ["scorecard.next"], "n, off": [],
        "?, off": [], "arrow, off": ["review.next"], "signs": ["Ctrl+K", "↑", "N"], "twice": [],
        "ambiguous": [],
    }
