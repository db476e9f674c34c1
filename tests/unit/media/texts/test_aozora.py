import pytest

from sekisho.media.texts import spans_to_source
from sekisho.media.texts.aozora import MAX_READING, aozora_field

LIST = """-------------------------------------------------------
【テキスト中に現れる記号について】

《》：ルビ
（例）下人《げにん》

｜：ルビの付く文字列の始まりを特定する記号
（例）所々｜丹塗《にぬり》

［＃］：入力者注　主に外字の説明や、傍点の位置の指定
　　　（数字は、JIS X 0213の面区点番号またはUnicode、底本のページと行数）
（例）※［＃「虫＋車」、第3水準1-91-55］
-------------------------------------------------------
"""
COLOPHON = """底本：「芥川龍之介全集1」ちくま文庫、筑摩書房
　　　1986（昭和61）年9月24日第1刷発行
底本の親本：「筑摩全集類聚版芥川龍之介全集」筑摩書房
初出：「帝国文学」
　　　1915（大正4）年11月号
入力：ある人、ほかの人
校正：またほかの人
1997年10月29日公開
青空文庫作成ファイル：
このファイルは、インターネットの図書館、青空文庫で作られました。
"""
BODY = "　一人の下人《げにん》が、｜羅生門《らしょうもん》の下で雨やみを待っていた。\n"
PLAIN = "　一人の下人が、羅生門の下で雨やみを待っていた。\n"


def text_of(stored):
    field = aozora_field("", stored)
    return stored if field is None else field.text


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_list_of_marks_readings_and_colophon_are_left_out(end):
    stored = f"羅生門\n芥川龍之介\n\n{LIST}\n{BODY}\n{COLOPHON}".replace("\n", end)
    left = f"羅生門\n芥川龍之介\n\n\n\n{PLAIN}".replace("\n", end)
    assert text_of(stored).split() == left.split()


def test_a_text_after_the_colophon_is_looked_at():
    stored = f"{BODY}\n{COLOPHON}鼻\n　禅智内供の鼻と云えば、池の尾で知らない者はない。\n"
    assert text_of(stored).endswith("鼻\n　禅智内供の鼻と云えば、池の尾で知らない者はない。\n")


def test_a_paragraph_in_the_colophon_is_looked_at():
    hidden = "　禅智内供の鼻と云えば、池の尾で知らない者はない。"
    assert hidden in text_of(f"題\n底本：「鼻」\n{hidden}\n{hidden}\n")


def test_a_list_of_marks_that_is_none_is_looked_at():
    hidden = (
        "禅智内供の鼻と云えば、池の尾で知らない者はない。長さは五六寸あって上唇の上から顋の下まで下っている。"
    )
    stored = LIST.replace("《》：ルビ", hidden) + BODY
    assert hidden in text_of(stored)


@pytest.mark.parametrize(
    ("marked", "left"),
    [
        ("［＃ここから２字下げ］文［＃ここで字下げ終わり］", "文"),
        ("言葉［＃「言葉」に傍点］と［＃改ページ］", "言葉と"),
        ("※［＃「虫＋車」、第3水準1-91-55］の声［＃「声」に傍点］", "\N{CJK UNIFIED IDEOGRAPH-86FC}の声"),
        ("※［＃「てへん＋丑」、U+626D、12-3］る", "扭る"),
        ("※［＃「口＋達」、第4水準2-4-40］", "噠"),
        ("※［＃「火＋稲のつくり」、12-3］火", "火"),
        ("［＃「※［＃「虫＋車」、第3水準1-91-55］」に傍点］虫", "虫"),
        ("※［＃U+D800］あ［＃「あ」に傍点］", "あ"),
        ("※［＃1-99-99 水準］い", "い"),
    ],
)
def test_notes_are_left_out_or_stand_for_their_character(marked, left):
    assert text_of(marked) == left


def test_a_described_character_comes_from_its_whole_note():
    stored = "一※［＃「虫＋車」、第3水準1-91-55］《きりぎりす》が"
    field = aozora_field("", stored)
    assert len(field.text) == 3
    start, end = spans_to_source(field, [(1, 2)])[0]
    assert stored[start:end] == "※［＃「虫＋車」、第3水準1-91-55］"


@pytest.mark.parametrize(
    "stored",
    [
        "映画《ローマの休日》と小説《こころ》と曲《さくら》、絵画《ひまわり》を見た。",
        "《あ》《い》《う》《え》《お》《か》",
        "新作《星の王子さま》、旧作《夜間飛行》、近作《人間の土地》、前作《南方郵便機》、遺作《城砦》。",
        "これは［＃普通の注ではない］。",
        "｜縦棒｜だけの表｜",
        "底本：と書いただけ",
        "",
    ],
)
def test_brackets_that_are_not_the_notation_lose_nothing(stored):
    assert aozora_field("", stored) is None


def test_readings_alone_show_the_notation():
    stored = "漢字《かんじ》を読《よ》む人《ひと》が山《やま》と川《かわ》を見《み》る。"
    assert text_of(stored) == "漢字を読む人が山と川を見る。"


def test_readings_of_a_few_words_among_titles_do_not():
    stored = "漢字《かんじ》と読《よ》むが" + "《題名》《副題》《ＡＢＣ》" * 3
    assert aozora_field("", stored) is None


def test_a_long_reading_is_text():
    hidden = "あ" * (MAX_READING + 1)
    stored = BODY + LIST + f"漢字《{hidden}》と｜文字《{hidden}》と文《{hidden[1:]}》"
    assert text_of(stored).count(hidden) == 2
    assert text_of(stored).endswith("と文")


def test_brackets_behind_what_has_no_reading_stay_in_a_marked_text():
    assert text_of(BODY + LIST + "あの《いい》ひと").endswith("あの《いい》ひと")


@pytest.mark.parametrize(
    "unit",
    [
        "［＃",
        "［＃傍点",
        "《",
        "字《",
        "｜",
        "｜字《",
        "-" * 20 + "\n",
        "底本：\n※",
        "［＃" + "あ" * 119,
        "［＃あ［＃い］",
        "字《あ》",
    ],
)
def test_floods_of_marks_are_read_in_linear_time(unit):
    """Quadratic time would take minutes."""
    stored = unit * (200_000 // len(unit)) + "\n底本：「x」\n"
    assert len(text_of(stored)) <= len(stored)
