def test_each_place_has_a_line(rules):
    assert rules.run("diff", rules.case("adult-deepfake"), "--lang", "en") == 0
    lines = {line.partition("  ")[0]: line for line in rules.said.splitlines()}
    assert list(lines) == ["JP", "IN", "US", "US-NY", "GB", "AU", "KR", "EU"]
    assert lines["IN"].startswith("IN  duty to act  2 hours  in.it26.ncii-2h")
    assert "24 hours (would run if a missing fact were known)" in lines["AU"]
    assert "48 hours (not in force yet)" in lines["GB"]
    assert lines["US"].endswith("needs to know: notice.accurate, notice.work_identified, use.knowing")


def test_the_page_is_written_once(rules):
    page = rules.path / "page.html"
    argv = ("diff", rules.case("adult-deepfake"), "--jurisdiction", "JP,US", "--output", page)
    assert rules.run(*argv, "--lang", "en") == 0
    assert "page.html is written" in rules.told
    assert "成人のディープフェイク" in page.read_text(encoding="utf-8")
    assert rules.run(*argv) == 2
    assert "exists already" in rules.told
    assert rules.run(*argv, "--force") == 0


def test_a_place_without_a_pack_is_refused(rules):
    assert rules.run("diff", rules.case("adult-deepfake"), "--jurisdiction", "JP,FR") == 2
    assert "there is no pack for FR" in rules.told
