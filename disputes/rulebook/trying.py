"""Try rules with facts: every answer, and nothing is stored."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from flask import render_template, request

from disputes.casefile.ruling import COSTS, LAW, RIGHTS, TOPICS
from disputes.explain.answers import Answers
from disputes.explain.facts import BadFacts
from disputes.moment import real_now
from disputes.policies.schema import Pack
from disputes.policies.verdict import RESULT_LABELS, Verdict
from disputes.web.formats import say
from disputes.web.policy import policy

from .forms import FactsForm, TryForm
from .routes import ONE, READERS, bp, pack_of
from .saying import said, word


@dataclass(frozen=True)
class Answer:
    """One verdict beside what it is about."""

    about: str
    label: str
    verdict: Verdict

    @property
    def payers(self) -> list[tuple[str, str]]:
        """Each cost with who pays it, in turn."""
        split = self.verdict.details.get("split")
        return [(str(say(COSTS[line])), said(split or (who,))) for line, who in self.verdict.payer.items()]


@bp.route(f"{ONE}/try", methods=["GET", "POST"])
@policy(*READERS)
def try_it(rules_id: str, number: str) -> str | tuple[str, int]:
    """Ask this version: by a form, or with facts as JSON."""
    pack = pack_of(rules_id, number)
    form, box = TryForm(**_usual(pack)), FactsForm()
    used = box if request.form.get("do") == "facts" else form
    answers, faults = _asked(used, pack) if request.method == "POST" else (None, [])
    html = render_template(
        "rulebook/try.html", word=word, pack=pack, form=form, box=box, used=used, faults=faults,
        by_shop=list(_told(answers, law=False)), by_law=list(_told(answers, law=True)), asked=answers is not None,
    )  # fmt: skip
    return html if request.method == "GET" or answers is not None else (html, 422)


def _asked(form: TryForm | FactsForm, pack: Pack) -> tuple[Answers | None, list[str]]:
    """The answers, or what is wrong with the facts."""
    try:
        return (form.answers(pack) if form.validate_on_submit() else None), []
    except BadFacts as bad:
        return None, str(bad).splitlines()
    except OverflowError:
        return None, ["a moment is out of range"]


def _usual(pack: Pack) -> dict[str, object]:
    """What a form shows before anybody typed: an order of ten days ago that came two days ago."""
    now = real_now().astimezone(pack.zone).replace(tzinfo=None, second=0, microsecond=0)
    countries = pack.scope.countries.value if pack.scope.countries else None
    return {
        "moment": now, "placed": now - timedelta(days=10), "dispatched": now - timedelta(days=5),
        "received": now - timedelta(days=2), "paid": "100", "reason": "changed_mind", "trader": True,
        "channel": "web", "country": (countries or ("NL",))[0], "nothing_else": False,
    }  # fmt: skip


def _told(answers: Answers | None, *, law: bool) -> Iterator[Answer]:
    for part in answers.parts if answers else ():
        for verdict in part.verdicts:
            if verdict.name.startswith(LAW) is law:
                yield Answer(_about(verdict.name), RESULT_LABELS[verdict.result], verdict)


def _about(name: str) -> str:
    """What a verdict is about. Only those a case has are known by words; here are all others too."""
    short = name.removeprefix(LAW)
    known = (RIGHTS if name.startswith(LAW) else TOPICS).get(short)
    return str(say(known)) if known else word(short.replace(":", "_"))
