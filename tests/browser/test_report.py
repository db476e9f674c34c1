"""The report in a real Chromium: offline, without script, readable by everybody, in both languages."""

import pytest

from sekisho.audit.report.facts import facts
from sekisho.audit.report.page import render
from tests.part_rows import part_rows
from tests.run_fixture import batches, manifest, rows, thumbnails, titles
from tests.text_rows import text_manifest, text_rows

pytestmark = pytest.mark.browser

CONTRASTS = """() => {
  const parse = (text) => {
    const n = text.match(/-?[\\d.]+(e-?\\d+)?/g).map(Number);
    const scale = text.startsWith('color(') ? 255 : 1;
    return [n[0] * scale, n[1] * scale, n[2] * scale, n.length > 3 ? n[3] : 1];
  };
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ground = (e) => {
    for (; e; e = e.parentElement) {
      const colour = parse(getComputedStyle(e).backgroundColor);
      if (colour[3] === 1) return colour;
    }
    return [255, 255, 255, 1];
  };
  const low = [];
  let looked = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !e.checkVisibility()) continue;
    const style = getComputedStyle(e);
    const ink = parse(e.closest('svg') ? style.fill : style.color);
    const [a, b] = [light(ink), light(ground(e))].sort((p, q) => q - p);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    looked += 1;
    if ((a + 0.05) / (b + 0.05) < (large ? 3 : 4.5)) low.push([walker.currentNode.data, style.color]);
  }
  return {low, looked};
}"""


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    made = rows()
    found = facts(
        manifest(made), batches(made), titles=titles, timing={"seconds": 12.5, "items_per_second": 96.0}
    )
    file = tmp_path_factory.mktemp("report") / "report.html"
    file.write_text(render(found, thumbnails(found)), encoding="utf-8")
    return file.as_uri()


@pytest.fixture(scope="module")
def of_texts(tmp_path_factory):
    """A report on texts and some pictures."""
    pictures = rows(300)
    made = text_rows() + pictures
    found = facts(text_manifest(made, len(pictures)), batches(made), titles=titles, timing={})
    file = tmp_path_factory.mktemp("texts") / "report.html"
    file.write_text(render(found, thumbnails(found)), encoding="utf-8")
    return file.as_uri()


@pytest.fixture(scope="module")
def of_parts(tmp_path_factory):
    """A report on parts of pictures, similarities and films."""
    made = part_rows() + rows(100)
    found = facts(manifest(made), batches(made), titles=titles, timing={})
    file = tmp_path_factory.mktemp("parts") / "report.html"
    file.write_text(render(found, thumbnails(found)), encoding="utf-8")
    return file.as_uri()


FRAMES = """() => [...document.querySelectorAll('.framed')].map(box => {
  const image = box.querySelector('img'), edge = box.querySelector('.inner').getBoundingClientRect();
  const outer = image.getBoundingClientRect();
  const scale = Math.min(outer.width / image.naturalWidth, outer.height / image.naturalHeight);
  const left = outer.left + (outer.width - image.naturalWidth * scale) / 2;
  const top = outer.top + (outer.height - image.naturalHeight * scale) / 2;
  return [
    (edge.left - left) / (image.naturalWidth * scale), (edge.top - top) / (image.naturalHeight * scale),
    (edge.right - left) / (image.naturalWidth * scale), (edge.bottom - top) / (image.naturalHeight * scale),
  ].map(share => Math.round(1000 * share));
})"""


@pytest.fixture
def opened(chromium, report):
    """Open a report with the options of a browser context; every context is closed at the end."""
    contexts = []

    def go(other=None, **options):
        context = chromium.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.goto(other or report)
        return page

    yield go
    for context in contexts:
        context.close()


def test_it_asks_for_nothing_and_complains_about_nothing(chromium, report):
    context = chromium.new_context()
    page = context.new_page()
    requests, messages, dialogs = [], [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.goto(report)
    page.locator(".colophon").scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    context.close()
    assert [url for url in requests if not url.startswith("data:image/jpeg")] == [report]
    assert messages == []
    assert dialogs == []


def test_its_pictures_are_really_shown(opened):
    page = opened()
    page.evaluate("document.querySelectorAll('img').forEach(i => i.loading = 'eager')")
    page.wait_for_function("[...document.images].every(i => i.complete)")
    widths = page.evaluate("[...document.images].map(i => i.naturalWidth)")
    assert len(widths) >= 40
    assert set(widths) == {200}


def test_the_language_changes_without_script(opened):
    page = opened(java_script_enabled=False)
    japanese = page.locator("h2 [lang=ja]", has_text="許諾の空白")
    english = page.locator("h2 [lang=en]", has_text="Gaps in permission")
    assert (japanese.is_visible(), english.is_visible()) == (True, False)
    page.locator("label[for=lang-en]").click()
    assert (japanese.is_visible(), english.is_visible()) == (False, True)
    assert page.locator(".paper [lang=ja]:visible").all_inner_texts() == ["日本語"]
    page.locator("label[for=lang-ja]").click()
    assert (japanese.is_visible(), english.is_visible()) == (True, False)


def test_the_language_changes_by_keyboard_and_the_focus_is_seen(opened):
    page = opened()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    assert page.locator("h2 [lang=en]").first.is_visible()
    outline = page.eval_on_selector("label[for=lang-en]", "e => getComputedStyle(e).outlineStyle")
    assert outline == "solid"


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_sticks_out_at_any_width(opened, lang, width):
    page = opened(viewport={"width": width, "height": 800})
    page.locator(f"label[for=lang-{lang}]").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_text_has_contrast_enough(opened, scheme, lang):
    page = opened(color_scheme=scheme)
    page.locator(f"label[for=lang-{lang}]").click()
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    found = page.evaluate(CONTRASTS)
    assert found["looked"] > 300
    assert found["low"] == []


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_report_on_texts_can_be_read_at_any_width(opened, of_texts, lang, scheme):
    page = opened(of_texts, color_scheme=scheme, viewport={"width": 1280, "height": 800})
    page.locator(f"label[for=lang-{lang}]").click()
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    found = page.evaluate(CONTRASTS)
    assert found["looked"] > 300
    assert found["low"] == []
    for width in (320, 390, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_text_has_an_icon_in_place_of_a_picture(opened, of_texts):
    page = opened(of_texts)
    sizes = page.evaluate(
        "[...document.querySelectorAll('.a-text')].map(e => e.getBoundingClientRect().height)"
    )
    assert len(sizes) >= 10
    assert min(sizes) > 20
    assert page.locator("h2 [lang=ja]", has_text="文章").is_visible()


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_report_on_parts_can_be_read_at_any_width(opened, of_parts, lang, scheme):
    page = opened(of_parts, color_scheme=scheme, viewport={"width": 1280, "height": 800})
    page.locator(f"label[for=lang-{lang}]").click()
    found = page.evaluate(CONTRASTS)
    assert found["looked"] > 200
    assert found["low"] == []
    for width in (320, 390, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [390, 1280])
def test_a_frame_stands_around_the_region_in_the_picture_at_any_width(opened, of_parts, width):
    page = opened(of_parts, viewport={"width": width, "height": 800})
    page.evaluate("document.querySelectorAll('img').forEach(i => i.loading = 'eager')")
    page.wait_for_function("[...document.images].every(i => i.complete)")
    frames = [tuple(frame) for frame in page.evaluate(FRAMES)]
    wanted = {(50, 80, 400, 420), (600, 500, 960, 990)}
    assert {
        min(wanted, key=lambda one: sum(abs(a - b) for a, b in zip(one, frame, strict=True)))
        for frame in frames
    } == wanted
    for frame in frames:
        assert min(max(abs(a - b) for a, b in zip(one, frame, strict=True)) for one in wanted) <= 3


def test_dark_and_light_differ(opened):
    colours = {
        scheme: opened(color_scheme=scheme).evaluate(
            "getComputedStyle(document.documentElement).backgroundColor"
        )
        for scheme in ("light", "dark")
    }
    assert colours["light"] != colours["dark"]


def test_outcomes_differ_in_shape_and_word_not_only_in_colour(opened):
    page = opened()
    seen = page.evaluate(
        "[...document.querySelectorAll('.tile')].map(t => [t.className.split('is-')[1],"
        " t.querySelector('use').getAttribute('href'), t.querySelector('.verdict').innerText.trim()])"
    )
    assert {tuple(tile) for tile in seen} == {
        ("allow", "#mark-allow", "通過"),
        ("review", "#mark-review", "要確認(保留)"),
        ("block", "#mark-block", "除外"),
    }


def test_targets_are_large_enough_to_hit(opened):
    page = opened(viewport={"width": 390, "height": 800})
    sizes = page.evaluate(
        "[...document.querySelectorAll('label, summary')].filter(e => e.checkVisibility())"
        ".map(e => e.getBoundingClientRect().height)"
    )
    assert min(sizes) >= 24


def test_it_prints_on_light_paper_without_the_switch(opened):
    page = opened(color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    assert not page.locator(".switch").is_visible()
    assert page.locator(".flow").is_visible()
    style = (
        "(({color, backgroundColor}) => [color, backgroundColor])(getComputedStyle(document.documentElement))"
    )
    assert page.evaluate(style) == [opened(color_scheme="light").evaluate(style)[0], "rgba(0, 0, 0, 0)"]
    assert page.pdf().startswith(b"%PDF")
