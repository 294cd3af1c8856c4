"""Sentences as data."""

import copy
import pickle

from disputes.text import N_, Text


def test_a_text_reads_as_its_english_sentence():
    assert str(Text("Reply by %(when)s", {"when": "8 March"})) == "Reply by 8 March"


def test_a_percent_sign_without_parameters_is_left_alone():
    assert str(Text("100% sure")) == "100% sure"


def test_equal_texts_are_equal_and_hash_alike_whatever_the_order_of_parameters():
    one, other = Text("x", {"a": 1, "b": 2}), Text("x", {"b": 2, "a": 1})
    assert one == other and hash(one) == hash(other) and one != Text("x", {"a": 1})


def test_a_text_does_not_change_with_the_mapping_it_was_made_from():
    params = {"a": 1}
    text = Text("%(a)s", params)
    params["a"] = 2
    assert str(text) == "1"


def test_a_text_survives_pickling_copying_and_storing():
    text = Text("Because %(why)s", {"why": Text("%(days)s days are over", {"days": 7})})
    assert pickle.loads(pickle.dumps(text)) == copy.deepcopy(text) == Text.from_dict(text.as_dict()) == text


def test_n_marks_a_literal_and_changes_nothing():
    assert N_("Send") == "Send"
