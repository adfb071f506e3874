"""Uses a page with the keyboard only."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

_MAX_TAB_PRESSES = 400
_STATE = """one => {
  if (!one.isConnected) return "drawn anew";
  return one === document.activeElement ? "focused" : "elsewhere";
}"""
_IS_BEFORE_THE_FOCUS = """one => Boolean(
  document.activeElement.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_PRECEDING
)"""
_FOCUS_IS_SEEN = """one => {
  const { outlineStyle, outlineWidth } = getComputedStyle(one);
  return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
}"""


class Keyboard:
    """Uses a page by Tab; where it presses a key, the focus must be visible."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def reach(self, control: Locator) -> None:
        """Press Tab until a control has the focus, or Shift+Tab if the control comes before the focus."""
        expect(control).to_be_visible()
        # To find it by its name again and again takes longer than all the rest.
        found = control.element_handle()
        key = "Shift+Tab" if found.evaluate(_IS_BEFORE_THE_FOCUS) else "Tab"
        for _ in range(_MAX_TAB_PRESSES):
            state = found.evaluate(_STATE)
            if state == "drawn anew":
                found = control.element_handle()
            elif state == "focused":
                assert found.evaluate(_FOCUS_IS_SEEN), f"the focus is not seen on {control}"
                return
            else:
                self._page.keyboard.press(key)
        raise AssertionError(f"{key} does not lead to {control}")

    def press(self, control: Locator, key: str = "Enter") -> None:
        """Move to a control and press a key on it."""
        self.reach(control)
        self._page.keyboard.press(key)
