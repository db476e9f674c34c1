"""The demo's page in a real Chromium: languages, dark and light, no requests, no sideways scrolling."""

import pytest

from sekisho.demo.wall import render_wall
from tests.unit.demo.wall_story import wall_cards, wall_story

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    file = tmp_path_factory.mktemp("wall") / "wall.html"
    file.write_text(render_wall(wall_story(wall_cards(), "ja")), encoding="utf-8")
    return file.as_uri()


@pytest.fixture(scope="module")
def browser(chromium):
    return chromium


@pytest.fixture
def view(browser, address):
    """Open the page without script, as it promises to work, and keep every request it makes."""
    contexts = []

    def opened(width=1280, scheme="light"):
        size = {"width": width, "height": 900}
        context = browser.new_context(java_script_enabled=False, viewport=size, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.asked = []
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()


def _visible(page, lang):
    """Return what is shown in a language; an item's own text is in its own, always."""
    return [e for e in page.locator(f'main [lang="{lang}"]:not(.always)').all() if e.is_visible()]


def test_the_page_loads_nothing_but_itself(view, address):
    asked = view().asked
    assert [url for url in asked if not url.startswith("data:")] == [address]


def test_one_language_at_a_time_and_the_switch_works_without_script(view):
    page = view()
    assert _visible(page, "ja")
    assert not _visible(page, "en")
    page.locator('label[for="lang-en"]').click()
    assert _visible(page, "en")
    assert not _visible(page, "ja")


def test_the_switch_works_from_the_keyboard(view):
    page = view()
    page.locator("#lang-ja").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("#lang-en").is_checked()
    assert page.get_by_text("Not recognised: our limit.").first.is_visible()


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_nothing_is_wider_than_the_screen(view, width):
    page = view(width)
    box = page.locator("html").bounding_box()
    shot_wide = [e.bounding_box() for e in page.locator(".tile, .door, .limit, pre, .act").all()]
    assert box["width"] <= width
    assert all(b["x"] >= 0 and b["x"] + b["width"] <= width for b in shot_wide if b)


def test_dark_and_light_are_different_pictures(view):
    assert view(scheme="dark").screenshot() != view(scheme="light").screenshot()


def test_all_pictures_are_shown_and_described(view):
    page = view()
    pictures = page.locator("main img").all()
    assert len(pictures) > 40
    for picture in pictures:
        assert picture.get_attribute("alt")
        assert picture.bounding_box()["height"] > 20
