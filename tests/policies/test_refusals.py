"""Nonsense in a pack is refused with file, path and a way out."""

import pytest

from disputes.policies.load import PackError, check

CLOCK = '[clocks.seller_response]\nactor = "seller"\n'
HOURS = 'limit = { value = "PT48H", status = "operator" }\n'


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[clokcs]\n", "shop.toml: clokcs: unknown key; did you mean 'clocks'?"),
        (
            CLOCK + 'limitt = { value = "PT48H", status = "operator" }\n',
            "shop.toml: clocks.seller_response.limitt: unknown key; did you mean 'limit'?",
        ),
        (
            CLOCK + 'limit = { valeu = "PT48H", status = "operator" }\n',
            "shop.toml: clocks.seller_response.limit.valeu: unknown key; did you mean 'value'?",
        ),
        (
            '[windows.refund]\nlaet = { status = "not_stated" }\n',
            "shop.toml: windows.refund.laet: unknown reason; did you mean 'late'?",
        ),
        (
            '[windows.refund]\ndefault = { value = "P1DT12H", anchor = "receipt", status = "operator" }\n',
            "shop.toml: windows.refund.default.value: 'P1DT12H' is unclear: "
            "use whole days, weeks, months, years, or hours, minutes, seconds",
        ),
        (
            '[windows.refund]\ndefault = { value = "P7D", status = "operator" }\n',
            "shop.toml: windows.refund.default: a window needs an anchor: receipt, dispatch or purchase",
        ),
        (
            '[windows.refund]\ndefault = { value = "P7D", anchor = "receipt", status = "operator" }\n',
            "shop.toml: a window starts at receipt, but anchors.receipt is missing",
        ),
        (
            '[windows.refund]\ndefault = { value = "P7D", anchor = "purchase", status = "stated" }\n',
            "shop.toml: windows.refund.default: 'stated' needs its clause ids",
        ),
        (
            '[windows.refund]\ndefault = { value = "P7D", anchor = "purchase", status = "not_stated" }\n',
            "shop.toml: windows.refund.default: 'not_stated' has no value",
        ),
        (
            CLOCK + 'limit = { status = "operator" }\n',
            "shop.toml: clocks.seller_response.limit: 'operator' needs a value",
        ),
        (
            CLOCK + HOURS + 'warn_before = { value = "PT48H", status = "operator" }\n',
            "shop.toml: clocks.seller_response: the warning comes before the clock starts",
        ),
        (
            CLOCK + HOURS + 'warn_before = { value = "P1D", status = "operator" }\n',
            "shop.toml: clocks.seller_response: a warning is given in hours, not days",
        ),
        (
            CLOCK
            + 'limit = { value = "PT48H", status = "operator", strength = "soft" }\n'
            + 'on_expiry = { value = "seller_silent", status = "operator" }\n',
            "shop.toml: clocks.seller_response: only a hard limit may take a step when it runs out",
        ),
        (
            '[evidence.late]\nrecommended = { value = ["recept"], status = "operator" }\n',
            "shop.toml: evidence.late.recommended.value.0: unknown proof 'recept'; did you mean 'receipt'?",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(packs, text, complaint):
    with pytest.raises(PackError) as refused:
        packs(shop=text)
    assert refused.value.faults == (complaint,)


def test_a_zone_that_does_not_exist_is_refused(packs, tmp_path):
    with pytest.raises(
        PackError, match=r"locale\.tz\.value: unknown time zone 'Asia/Shangai'; did you mean 'Asia/Shanghai'\?"
    ):
        packs(shop="")
        text = (tmp_path / "shop.toml").read_text().replace("Europe/Amsterdam", "Asia/Shangai")
        packs(shop=text)


def test_a_fault_in_a_parent_names_the_parents_file(packs):
    meta = 'id = "child"\nversion = "1.0.0"\nname = "Child"\neffective_from = 2026-01-01\nextends = "shop@1.0.0"\n'
    with pytest.raises(PackError) as refused:
        packs(a_child=f"[meta]\n{meta}", shop='[windows.refund]\nlaet = { status = "not_stated" }\n')
    assert refused.value.faults == ("shop.toml: windows.refund.laet: unknown reason; did you mean 'late'?",)


def test_several_faults_are_all_named(packs):
    with pytest.raises(PackError) as refused:
        packs(shop='[windows.refund]\nlaet = { status = "not_stated" }\nlost = { status = "not_stated" }\n')
    assert len(refused.value.faults) == 2


def test_a_file_that_is_no_toml_is_named(packs):
    with pytest.raises(PackError, match=r"^shop\.toml: not TOML: "):
        packs(shop="[windows")


def test_a_pack_must_say_which_it_is(packs):
    with pytest.raises(PackError) as refused:
        packs(shop='[meta]\nid = "shop"\nversion = "1.0.0"\nnmae = "Shop"\neffective_from = 2026-01-01\n')
    assert refused.value.faults == ("shop.toml: meta.nmae: unknown key; did you mean 'name'?",)


TABLES = {
    "clock_names": {"seller_response", "closing"},
    "expiry_steps": {"seller_response": {"seller_silent"}, "closing": {"close"}},
    "may_be_off": {"counter", "seller_silent"},
    "ways_out": {"offered": {"counter"}},
}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            CLOCK.replace("seller_response", "seler_response") + HOURS,
            "shop.toml: clocks.seler_response: unknown clock; did you mean 'seller_response'?",
        ),
        (
            CLOCK + HOURS + 'on_expiry = { value = "close", status = "operator" }\n',
            "shop.toml: clocks.seller_response.on_expiry: this clock may not take 'close'; known are seller_silent",
        ),
        (
            CLOCK
            + HOURS
            + 'on_expiry = { value = "seller_silent", status = "operator" }\n'
            + '[off]\nseller_silent = { value = true, status = "operator" }\n',
            "shop.toml: clocks.seller_response.on_expiry: 'seller_silent' is switched off",
        ),
        (
            '[off]\ncounter = { value = true, status = "operator" }\n',
            "shop.toml: off: nobody could leave 'offered' any more; keep one of counter",
        ),
        (
            '[off]\ncuonter = { value = true, status = "operator" }\n',
            "shop.toml: off.cuonter: this step cannot be switched off; did you mean 'counter'?",
        ),
    ],
)
def test_a_pack_that_does_not_fit_the_workflow_is_refused(packs, text, complaint):
    pack = packs(shop=text).get("shop", "1.0.0")
    with pytest.raises(PackError) as refused:
        check(pack, **TABLES)
    assert refused.value.faults == (complaint,)


def test_a_pack_that_fits_passes(packs):
    text = CLOCK + HOURS + 'on_expiry = { value = "seller_silent", status = "operator" }\n'
    check(packs(shop=text).get("shop", "1.0.0"), **TABLES)


@pytest.mark.parametrize(
    ("rule", "complaint"),
    [
        (
            '[exclusions.worn]\nvalue = ["wron"]\nsource = ["P-1"]\nstatus = "stated"\n',
            "shop.toml: exclusions.worn.value.0: unknown sign 'wron'; did you mean 'worn'?",
        ),
        (
            '[timers.reply]\nactor = "seller"\nstart = "submited"\nstop = "decided"\n'
            'limit = { value = "PT24H", status = "operator" }\n',
            "shop.toml: timers.reply.start: unknown event 'submited'; did you mean 'submitted'?",
        ),
        (
            '[payment.methods.card]\naccepted = { value = true, status = "operator" }\nwhen = "isuer == \'visa\'"\n',
            "shop.toml: payment.methods.card.when: unknown fact 'isuer'; did you mean 'issuer'?",
        ),
        (
            '[payment.methods.card]\naccepted = { value = true, status = "operator" }\nwhen = "issuer =="\n',
            "shop.toml: payment.methods.card.when: not a condition",
        ),
        (
            '[order]\nnumber = { value = "^(GE", status = "operator" }\n',
            "shop.toml: order.number.value: not a pattern",
        ),
        (
            '[channels.phone]\nkind = "phone"\noffered = { value = true, status = "operator" }\nhours = "dsk"\n'
            '[hours.desk]\nalways = { value = true, status = "operator" }\n',
            "shop.toml: channels.phone.hours: unknown hours 'dsk'; did you mean 'desk'?",
        ),
        (
            '[contact]\nalways = { value = "email", status = "operator" }\n',
            "shop.toml: contact.always: 'email' is not among the channels on offer",
        ),
        (
            '[contact]\nno_direct_address = { value = true, status = "operator" }\n[channels.email]\nkind = "email"\n'
            'offered = { value = true, status = "operator" }\n'
            'address = { value = "help@shop.example", status = "operator" }\n',
            "shop.toml: channels.email.address: contact.no_direct_address says that there is none",
        ),
        (
            '[hours.desk]\nopens = "09:00"\n',
            "shop.toml: hours.desk: hours need days, opens, closes and zone, or always",
        ),
        (
            '[[calendar.incidents]]\nkind = "weather"\nbegins = 2026-03-02T10:00:00Z\nends = 2026-03-02T09:00:00Z\n',
            "shop.toml: calendar.incidents.0: an incident ends after it began",
        ),
        (
            '[windows.refund]\nlate = { value = "7 business hours", anchor = "purchase", status = "operator" }\n',
            "shop.toml: windows.refund.late.value: '7 business hours' is not an ISO 8601 duration",
        ),
        (
            '[costs.way_back]\nall = { value = "nobody", status = "operator" }\n',
            "shop.toml: costs.way_back.all.value.0: input should be 'buyer', 'seller', 'platform' or 'insurer'",
        ),
        (
            '[promises.sent]\nwhat = "dispatched"\nanchor = "placed"\n'
            'latest = { value = "2 business days", status = "operator" }\n',
            "shop.toml: business days need calendar.workweek",
        ),
        (
            '[costs.way_back]\nall = { value = ["insurer", "buyer"], status = "operator" }\n',
            "shop.toml: costs.way_back.all: an insurer pays, but there is no table insurance",
        ),
    ],
)
def test_nonsense_is_refused_with_its_place_and_a_suggestion(packs, rule, complaint):
    with pytest.raises(PackError) as refused:
        packs(shop=rule)
    assert any(fault.startswith(complaint) for fault in refused.value.faults), refused.value.faults
