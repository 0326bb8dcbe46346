from oracle.features.build import NAMES
from oracle.features.words import WORDS, words


def test_every_feature_has_words_in_both_languages() -> None:
    assert [name for name in NAMES if name not in WORDS] == []
    assert len({english for english, _ in WORDS.values()}) == len(WORDS)
    assert all(any("\u4e00" <= char <= "\u9fff" for char in chinese) for _, chinese in WORDS.values())


def test_unknown_name_stands_for_itself() -> None:
    assert words("something_new") == ("something_new", "something_new")
