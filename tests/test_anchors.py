"""Normalisation, anchors and what is found of them in other copies of a text."""

import hashlib
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from syriaconflict.anchors import (
    Anchor,
    anchor,
    digest,
    excerpt,
    locate,
    normalise,
    positions,
    sentences,
)

STORY = """Header of the page

Fighters took the hill at dawn. Fighters took the hill at dawn and held it.
The town, they say, fell to al-Amber's men; who holds the town now?
"""


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", []),
        (" \n\t — … ?! ", []),
        ("Two  words\n", ["two", "words"]),
        # combining marks go: Arabic short vowels, shadda, a mark after a Latin letter
        ("مُحَمَّد", ["محمد"]),
        ("q\u0323asr \u0301", ["qasr"]),
        # but a letter that Unicode has composed stays a letter of its own
        ("Idl\u00edb e\u0301", ["idl\u00edb", "\u00e9"]),
        # compatibility forms: Arabic presentation forms, Latin ligature, full width
        ("\ufefb", ["\u0644\u0627"]),
        ("\ufdf2", ["\u0627\u0644\u0644\u0647"]),
        ("\ufb01ghters", ["fighters"]),
        ("\uff28\uff41\uff4d\uff41 \uff11\uff12", ["hama", "12"]),
        ("km\u00b2", ["km2"]),
        # case folding goes further than lower case
        ("STRASSE straße", ["strasse", "strasse"]),
        ("Σίσυφος ΣΊΣΥΦΟΣ", ["σίσυφοσ", "σίσυφοσ"]),
        # no kind of apostrophe, hyphen or quote is a part of a word ...
        ("regime's regime’s regime‘s", ["regime", "s"] * 3),
        ("al-Lataminah al‑Lataminah", ["al", "lataminah"] * 2),
        ("“rebel-held”", ["rebel", "held"]),
        ("snake_case", ["snake", "case"]),
        # ... except the letter that stands for ayn
        ("ʿIzza", ["ʿizza"]),
        # numbers fall apart at their marks; digits of any script are kept as they are
        ("1,500 and 3.5 on 23/4", ["1", "500", "and", "3", "5", "on", "23", "4"]),
        ("٢٣ نيسان", ["٢٣", "نيسان"]),
        ("4th T-90", ["4th", "t", "90"]),
        # spaces of every kind, also one that has no width
        ("a\u00a0b\u2003c\u200bd", ["a", "b", "c", "d"]),
    ],
)  # fmt: skip
def test_normalise(text, tokens):
    assert normalise(text) == tokens


@given(st.text())
def test_tokens_are_letters_and_digits_without_marks(text):
    tokens = normalise(text)
    assert all(token.isalnum() for token in tokens)
    assert not any(unicodedata.category(c)[0] == "M" for t in tokens for c in t)
    assert normalise(f"\n{text} ?") == tokens


def test_digest_is_the_sha256_of_tokens_joined_by_one_space():
    # printf 'the town fell' | sha256sum
    assert digest(["the", "town", "fell"]) == (
        "61bcea7310d14fb9c726acf43b0b36c73133d757635f91176412c9792ccb9863"
    )
    assert digest(["حماة"]) == hashlib.sha256("حماة".encode()).hexdigest()
    assert digest(["a b"]) == digest(["a", "b"]) != digest(["ab"])


@pytest.mark.parametrize(
    ("tokens", "passage", "found"),
    [
        ("a b a b a", "a b a", [0, 2]),  # places may overlap
        ("a a a", "a a", [0, 1]),
        ("a b", "a b", [0]),
        ("a b", "a b c", []),
        ("a b", "c", []),
        ("a b", "", []),
        ("", "a", []),
    ],
)
def test_positions(tokens, passage, found):
    assert positions(tokens.split(), passage.split()) == found


# Tokens of STORY, counted by hand: header of the page (0-3), fighters took the hill at
# dawn (4-9), fighters ... dawn and held it (10-18), the town they say fell to al amber
# s men (19-28), who holds the town now (29-33).


def test_an_anchor_of_first_and_last_words():
    found = anchor(STORY, "the town, they", "AMBER’S MEN")
    words = "the town they say fell to al amber s men"
    assert found == Anchor(19, 10, hashlib.sha256(words.encode()).hexdigest(), 1)


def test_an_anchor_without_last_words_is_the_first_words():
    found = anchor(STORY, "who holds the town now")
    assert (found.start, found.tokens, found.matches) == (29, 5, 1)


def test_last_words_end_the_passage_at_their_next_place():
    text = "one two three end four five end"
    assert anchor(text, "one two", "end").tokens == 4
    # not one that stands before the first words
    assert anchor("end one two three four end", "one two", "end").tokens == 5


def test_last_words_may_overlap_or_equal_the_first():
    found = anchor("a b c d e", "a b c", "b c d")
    assert (found.start, found.tokens) == (0, 4)
    assert anchor("a b c d e", "a b c d", "a b c d").tokens == 4
    # but may not end before the first words do
    with pytest.raises(ValueError, match=r"^the last words 'b' do not stand after"):
        anchor("a b c d e", "a b c d", "b")


def test_a_passage_printed_twice_is_anchored_at_its_first_place():
    body = "the army left the town at noon"
    text = f"Title. {body}. Something else. {body}."
    found = anchor(text, "The army left", "at noon")
    assert (found.start, found.tokens, found.matches) == (1, 7, 2)
    assert locate(text, found.tokens, found.sha256) == [1, 10]


def test_matches_count_places_that_the_first_words_alone_do_not_show():
    """The first words begin one passage with the last words, but tokens recur."""
    text = "go on and on and on now"
    found = anchor(text, "on and on and on")
    assert (found.start, found.matches) == (1, 1)
    assert anchor("on and on and on and on", "on and on and").matches == 2


def test_words_that_begin_different_passages_are_refused():
    with pytest.raises(ValueError, match=r"tokens 4, 10: give more words$"):
        anchor(STORY, "fighters took", "town now")
    with pytest.raises(ValueError, match="'the' begins different passages"):
        anchor(STORY, "the", "town")


def test_a_place_that_the_last_words_do_not_follow_is_no_candidate():
    text = "they left the hill at dawn and they left for good"
    assert anchor(text, "they left", "dawn").start == 0


@pytest.mark.parametrize(
    ("first", "last", "message"),
    [
        ("the cat", None, r"^the first words 'the cat' are not in the text; "
         r"only 'the' is, at token 2$"),
        ("who holds the hill", None, r"only 'who holds the' is, at token 29$"),
        ("cat", None, r"nor is any beginning of them$"),
        ("...", None, r"^the first words '...' are not in the text"),
        ("who holds", "the hill", r"^the last words 'the hill' do not stand after "
         r"'who holds' \(token 29\)$"),
        ("who holds", "", r"^the last words '' do not stand after"),
        ("holds the town", None, r"^the passage has 3 tokens, fewer than 4$"),
        ("who holds", "the", r"^the passage has 3 tokens, fewer than 4$"),
    ],
)  # fmt: skip
def test_words_that_give_no_anchor(first, last, message):
    with pytest.raises(ValueError, match=message):
        anchor(STORY, first, last)


def test_locate_finds_the_passage_in_a_copy_that_gained_and_lost_parts():
    mark = anchor(STORY, "fighters took the hill at dawn and")
    assert mark.start == 10
    copy = STORY.split("\n\n", 1)[1].upper().replace(" ", "\n  ")
    assert locate(copy, mark.tokens, mark.sha256) == [6]
    assert locate("Share this! Menu. " + STORY, mark.tokens, mark.sha256) == [13]
    assert locate(STORY.replace("dawn and", "noon and"), 7, mark.sha256) == []
    assert locate("", 7, mark.sha256) == []
    assert locate("six tokens are one too few", 7, mark.sha256) == []


@given(st.text(), st.text(), st.data())
def test_what_was_anchored_is_located(before, after, data):
    """In any surroundings, the passage is found behind the tokens before it."""
    words = data.draw(st.lists(st.sampled_from("abcde"), min_size=4, max_size=8))
    passage = " ".join(words)
    text = f"{before}\n{passage}\n{after}"
    mark = anchor(passage, passage)
    assert len(normalise(before)) in locate(text, mark.tokens, mark.sha256)


def test_sentences_of_a_text():
    text = 'He said: "It fell." Then?\n\n* * *\nTo U.S.A. (none!) “Gone.” End'
    assert list(sentences(text)) == [
        (0, 4, 'He said: "It fell.'),
        (4, 1, "Then?"),
        (5, 4, "To U.S.A."),  # an abbreviation may cut a sentence in two
        (9, 1, "(none!"),
        (10, 1, "“Gone."),
        (11, 1, "End"),
    ]
    assert list(sentences("")) == []


def test_sentences_end_at_the_arabic_question_mark():
    assert [size for _, size, _ in sentences("من يسيطر؟ لا نعرف.")] == [2, 2]


MARKS = st.sampled_from(
    list(".!?…؟\"”’)] \n\t\u00a0\u0301\u064eaBß9'ʿم-\ufb01ﷺ½\u1100")
)


@given(st.one_of(st.text(), st.text(MARKS)))
@example(". \u0301a")
@example("a.\u0301 b")
@example("x\ufc5e.\n\u0301y")
def test_sentences_share_out_the_tokens(text):
    found = list(sentences(text))
    starts = [start for start, _, _ in found]
    sizes = [size for _, size, _ in found]
    assert starts == [sum(sizes[:i]) for i in range(len(sizes))]
    assert all(sizes)
    tokens = normalise(text)
    assert sum(sizes) == len(tokens)
    for start, size, sentence in found:
        assert normalise(sentence) == tokens[start : start + size]


def test_excerpt_returns_the_passage_as_printed():
    assert excerpt(STORY, 19, 5) == "The town, they say, fell"
    assert excerpt(STORY, 0, 4) == "Header of the page"
    assert excerpt(STORY, 9, 2) == "dawn. Fighters"
    assert excerpt(STORY, 29, 5) == "who holds the town now?"
    # one printed word may hold several tokens: it is shown whole
    assert excerpt(STORY, 26, 3) == "al-Amber's men;"
    assert excerpt(STORY, 34, 4) == ""


@given(st.lists(st.sampled_from(["Aa", "b-c,", "—", "d’s", "٣", "“e”"])), st.data())
def test_excerpt_of_whole_words_holds_exactly_their_tokens(words, data):
    sizes = [len(normalise(word)) for word in words]
    first = data.draw(st.integers(0, len(words)))
    last = data.draw(st.integers(first, len(words)))
    start, size = sum(sizes[:first]), sum(sizes[first:last])
    found = excerpt("\n ".join(words), start, size)
    assert normalise(found) == normalise(" ".join(words))[start : start + size]
