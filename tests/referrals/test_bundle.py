"""The bag that is handed over: whole for others' tools, without what is left out, and the same bytes each time."""

import hashlib
import io
import json
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import bagit
import pytest

from disputes.db import db
from disputes.decisions import service as decisions
from disputes.decisions.service import Drafted
from disputes.effects.chain import HASHED, commitment, digest
from disputes.evidence import service as evidence
from disputes.messages import service as messages
from disputes.models import Evidence, HouseEvent
from disputes.referrals import service
from disputes.settings import Settings
from disputes.steps import Refused
from disputes.storage.bag import path_of
from disputes.storage.store import path_of as file_of
from disputes.storage.store import receive
from tests.cast import ADA, CLEO, LIN, Cast
from tests.referrals.making import approved, content, drafted, hand_over, locked, read, read_in, second_lead
from tests.turns import case_of, file_case, turn

NOTE, ASKED, REASONS = "Looks like the gang of last year.", "Where is it?", "The seal is missing."


class Upload:
    def __init__(self, filename: str, text: str) -> None:
        self.filename, self.stream = filename, io.BytesIO(text.encode())


@pytest.fixture(autouse=True)
def inside(app):
    with app.app_context():
        yield


@pytest.fixture
def case_id(cast: Cast, settings: Settings) -> int:
    """A case with two exhibits, a question, a note and a decision."""
    made = file_case(cast.jd_order, ADA, reason="counterfeit", sub_reason="signs_of_fake")
    for name, text in (("threat.txt", "I know where you live."), ("../../etc/passwd\u202e.html", "Another.")):
        files = receive(settings.instance, [Upload(name, text)])
        with turn(made, ADA, "buyer") as t:
            evidence.add(t, kind="photo", files=files)
    with turn(made, CLEO, "reviewer") as t:
        messages.note(t, words=NOTE)
    with turn(made, CLEO, "reviewer") as t:
        decisions.draft(t, Drafted("no_remedy", None, REASONS, [], ["JDT-03"]))
    with turn(made, CLEO, "reviewer") as t:
        messages.request_info(t, side="buyer", words=ASKED)
    return made


def unpacked(settings: Settings, public_id: str, into: Path) -> Path:
    """The one folder in the ZIP of a referral."""
    sha256 = read(public_id).bundle_sha256
    assert sha256
    with ZipFile(path_of(settings.instance, sha256)) as pack:
        pack.extractall(into)
    (folder,) = into.iterdir()
    return folder


def handed(settings: Settings, case_id: int, **changes: Any) -> str:
    second_lead()
    public_id = drafted(case_id, **changes)
    hand_over(case_id, public_id, settings.instance, urgently=True)
    return public_id


def told(settings: Settings, public_id: str, into: Path) -> dict[str, Any]:
    found = json.loads((unpacked(settings, public_id, into) / "data" / "case.json").read_text())
    assert isinstance(found, dict)
    return found


def test_another_s_tool_finds_the_bag_whole(case_id: int, settings: Settings, tmp_path) -> None:
    folder = unpacked(settings, handed(settings, case_id, exhibits=(1, 2)), tmp_path / "out")
    bag = bagit.Bag(str(folder))
    bag.validate()
    assert (bag.version_info, list(bag.algorithms)) == ((1, 0), ["sha256"])
    (folder / "data" / "case.json").write_text("{}")
    with pytest.raises(bagit.BagValidationError):
        bagit.Bag(str(folder)).validate()


def test_every_file_is_in_a_manifest_with_its_sum_and_nothing_else_is_there(
    case_id: int, settings: Settings, tmp_path
) -> None:
    folder = unpacked(settings, handed(settings, case_id, exhibits=(1, 2)), tmp_path / "out")
    named = {}
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        for line in (folder / manifest).read_text().splitlines():
            sha256, _, name = line.partition("  ")
            named[name] = sha256
    files = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    assert set(files) - {"tagmanifest-sha256.txt"} == set(named)
    assert {name: hashlib.sha256(files[name].read_bytes()).hexdigest() for name in named} == named
    info = dict(line.split(": ", 1) for line in (folder / "bag-info.txt").read_text().splitlines())
    sizes = [path.stat().st_size for name, path in files.items() if name.startswith("data/")]
    assert info["Payload-Oxum"] == f"{sum(sizes)}.{len(sizes)}"


def test_the_exhibits_are_the_very_bytes_that_were_handed_in_under_harmless_names(
    case_id: int, settings: Settings, tmp_path
) -> None:
    folder = unpacked(settings, handed(settings, case_id, exhibits=(1, 2)), tmp_path / "out")
    exhibits = sorted((folder / "data" / "exhibits").iterdir())
    assert [path.name for path in exhibits] == ["001.txt", "002.txt"]
    assert [path.read_text() for path in exhibits] == ["I know where you live.", "Another."]


def test_the_case_stands_in_it_with_its_whole_history_which_can_be_checked(
    case_id: int, settings: Settings, tmp_path
) -> None:
    found = told(settings, handed(settings, case_id), tmp_path / "out")
    assert found["parties"]["buyer"]["email"] == ADA and found["order"]["number"] == "JD-1001"
    assert [line["claimed_quantity"] for line in found["order"]["lines"]] == [2, 0]
    prev = "0" * 64
    for event in found["history"]:
        assert event["prev_hash"] == prev and event["hash"] == digest(prev, {n: event[n] for n in HASHED})
        prev = event["hash"]
    assert found["case"]["head_hash"] == prev and found["case"]["head_seq"] == len(found["history"])
    asked = next(m for m in found["messages"] if m["kind"] == "request")
    by_seq = {event["seq"]: event["details"] for event in found["history"]}
    assert by_seq[asked["seq"]]["words"] == commitment(asked["salt"], asked["body"])


def test_what_is_left_out_is_not_in_it(case_id: int, settings: Settings, tmp_path) -> None:
    public_id = handed(settings, case_id, parts=(), exhibits=(2,))
    folder = unpacked(settings, public_id, tmp_path / "out")
    everything = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file()).decode()
    for gone in (ASKED, NOTE, REASONS, "I know where you live.", "threat.txt", "Visa ending"):
        assert gone not in everything, gone
    assert "Another." in everything and "How it was paid: not needed." in everything
    left = json.loads((folder / "data" / "case.json").read_text())
    assert [file["number"] for file in left["exhibits_left_out"]] == [1]
    assert {"messages", "offers", "decisions", "payments", "notes"} & set(left) == set()


@pytest.mark.parametrize(
    ("part", "word"),
    (("messages", ASKED), ("notes", NOTE), ("payments", "Visa ending 4242"), ("offers", "full_refund")),
)
def test_what_is_chosen_is_in_it_and_only_that(
    case_id: int, settings: Settings, tmp_path, part: str, word: str
) -> None:
    found = told(settings, handed(settings, case_id, parts=(part,)), tmp_path / "out")
    assert word in json.dumps(found[part])
    assert {"messages", "offers", "decisions", "payments", "notes"} & set(found) == {part}


def test_a_draft_of_a_decision_is_never_in_it_and_a_decision_is(case_id: int, settings: Settings, tmp_path) -> None:
    found = told(settings, handed(settings, case_id, parts=("decisions", "notes")), tmp_path / "out")
    assert found["decisions"] == [] and REASONS not in json.dumps(found)


def test_its_hash_stands_in_the_referral_s_history_and_names_the_file(case_id: int, settings: Settings) -> None:
    public_id = handed(settings, case_id)
    event = db.session.query(HouseEvent).filter_by(trigger="hand_over_urgently").one()
    path = path_of(settings.instance, event.details["bundle"])
    assert hashlib.sha256(path.read_bytes()).hexdigest() == read(public_id).bundle_sha256 == event.details["bundle"]
    assert path.stat().st_size == read(public_id).bundle_size
    assert list((settings.instance / "bags" / "new").iterdir()) == []


def test_the_same_is_packed_to_the_same_bytes(case_id: int, settings: Settings) -> None:
    public_id = drafted(case_id, exhibits=(1, 2))
    sums = set()
    with turn(case_id, LIN, "lead") as t:
        for _ in range(2):
            with service.packed(t, read_in(t, public_id), settings.instance) as made:
                sums.add(made.bag.sha256)
    assert len(sums) == 1


def test_a_case_that_moved_on_while_it_was_packed_is_packed_again(case_id: int, settings: Settings) -> None:
    public_id = approved(case_id)
    with ExitStack() as packing:
        with turn(case_id, LIN, "lead") as t:
            made = packing.enter_context(service.packed(t, read_in(t, public_id), settings.instance))
        with turn(case_id, ADA, "buyer") as t:
            t.take("drop_case")
        with pytest.raises(Refused, match="added to the case while"), turn(case_id, LIN, "lead") as t:
            service.hand_over(t, locked(t, public_id), made)
    assert read(public_id).state == "approved" and list((settings.instance / "bags").rglob("*.zip")) == []
    hand_over(case_id, public_id, settings.instance)
    assert read(public_id).state == "handed_over"


def test_a_bag_of_another_content_is_not_handed_over(case_id: int, settings: Settings) -> None:
    public_id = drafted(case_id)
    with ExitStack() as packing:
        with turn(case_id, LIN, "lead") as t:
            made = packing.enter_context(service.packed(t, read_in(t, public_id), settings.instance))
        with turn(case_id, CLEO, "reviewer") as t:
            service.edit(t, locked(t, public_id), content(parts=("notes",)))
        now = read(public_id).digest
        with pytest.raises(Refused, match="changed after you read it"), turn(case_id, LIN, "lead") as t:
            service.hand_over_urgently(t, locked(t, public_id), made, digest=now, words="Now!")
    assert case_of(case_id).cover is None


@pytest.mark.parametrize("how", ("changed", "gone"))
def test_a_file_that_is_not_the_one_handed_in_goes_to_nobody(case_id: int, settings: Settings, how: str) -> None:
    public_id = approved(case_id, exhibits=(1,))
    exhibit = db.session.query(Evidence).filter_by(number=1).one()
    path = file_of(settings.instance, exhibit.storage_key)
    path.write_text("Nothing happened.") if how == "changed" else path.unlink()
    with pytest.raises(Refused, match="is not the one that was handed in"):
        hand_over(case_id, public_id, settings.instance)
    assert read(public_id).state == "approved" and not list((settings.instance / "bags" / "new").iterdir())
