"""What stewards choose and see, what the bot says when invited, and bypasses declared by hand."""

from tests.scenarios.bypasses.watching import ASKED, choose, dismiss, ledger, send_event
from tests.scenarios.conftest import Company, words


def test_a_steward_is_told_and_sees_the_channels_the_bot_is_in_and_their_modes(
    office: Company,
) -> None:
    told = choose(office, "nudge", "produit", "tech")
    lea = office.person("lea")

    lea.command("/arbitrage", "detection")
    view = lea.wait_view(lambda view: view["callback_id"] == "detection.submit")

    assert "C’est fait. Dans <#C0PRODUIT> et <#C0TECH>, quand un message ressemble" in told
    shown = str(view["blocks"])
    assert "*Proposer* · <#C0PRODUIT> et <#C0TECH>" in shown
    assert "*Compter* · <#C0ONBOARDING> et <#C0PAIEMENT>" in shown
    assert "C0ARBITRAGES" not in shown
    assert "C0GENERAL" not in shown


def test_nobody_else_chooses(office: Company) -> None:
    hugo = office.person("hugo")

    hugo.command("/arbitrage", "détection", channel="produit")

    office.wait(lambda: "<@U0LEA>" in str(hugo.ephemerals("produit")))
    assert hugo.views == []


def test_a_steward_sees_what_was_learned_without_names_and_undoes_it(office: Company) -> None:
    choose(office, "nudge", "produit")
    dismiss(office, "hugo")
    dismiss(office, "ines")
    karim = office.person("karim")
    karim.command("/arbitrage", "détection")
    karim.wait_view(lambda view: "2 exceptions apprises" in str(view["blocks"]))

    karim.press("detection.learned")
    view = karim.wait_view(lambda view: "detection.unlearn" in str(view["blocks"]))
    shown = str(view["blocks"]).replace("\\xa0", " ")
    karim.press("detection.unlearn")

    assert "laissés de côté* · 2 personnes · aujourd’hui" in shown
    assert "HUGO" not in shown
    assert "comptent un peu moins* · 2 personnes · aujourd’hui · indices : meet, scope" in shown
    assert "export" not in shown
    karim.wait_view(lambda view: "Aucune exception" in str(view["blocks"]))


def test_the_bot_introduces_itself_once_where_it_is_invited(office: Company) -> None:
    hugo = office.person("hugo")
    hugo.invite_app("general")
    office.wait(lambda: len(office.slack.messages("general")) == 1)
    hugo.remove_app("general")

    hugo.invite_app("general")

    hugo.write("general", ASKED)
    office.wait(lambda: [line.channel for line in ledger(office)] == ["C0GENERAL"])
    said = [words(m) for m in office.slack.messages("general") if "bot_id" in m]
    assert len(said) == 1
    for promise in ("Ce que je lis", "Ce que je garde", "/arbitrage détection", "Je ne réagis pas"):
        assert promise in said[0]


def test_it_says_nothing_of_itself_to_others_nor_in_the_arbitration_channel(
    office: Company,
) -> None:
    joined = {"type": "member_joined_channel", "user": "U0HUGO", "channel": "C0PRODUIT"}
    send_event(office, joined, "EvJOINED")
    office.slack.world.channel_named("arbitrages").members.discard("U0BOT")
    office.person("hugo").invite_app("arbitrages")

    office.file()

    assert "Ce que je lis" not in str(office.arbitrations())
    assert office.slack.messages("produit") == []


def test_a_bypass_is_declared_in_two_clicks_by_nobody(office: Company) -> None:
    ines = office.person("ines")
    ines.command("/arbitrage", "contournement")
    ines.wait_view()

    ack = ines.submit({"origin": "meeting"})

    assert ack.body["response_action"] == "update"
    assert "Merci" in str(ines.views[-1]["blocks"])
    (line,) = ledger(office)
    assert (line.origin, line.channel, line.permalink) == ("meeting", None, None)
    assert "INES" not in str(line)


def test_one_s_own_goes_on_as_a_request_and_converts(office: Company) -> None:
    john = office.person("john")
    john.command("/arbitrage", "bypass")
    assert "Which way" in str(john.wait_view()["blocks"])
    john.submit({"origin": "corridor", "about": "me"})
    john.wait_view(lambda view: view["callback_id"] == "request.submit")

    john.submit({"title": "Do we ship it?", "question": "shift", "impact": "retention"})

    office.wait(lambda: len(office.cards()) == 1)
    (line,) = ledger(office)
    assert line.origin == "corridor"
    assert line.converted_at
    assert "JOHN" not in str(line)


def test_a_message_sent_to_arbitration_by_its_reader_is_a_bypass(office: Company) -> None:
    hugo, claire = office.person("hugo"), office.person("claire")
    room, ts = hugo.dm("claire", "On décale la v2, tu valides ?")

    claire.message_shortcut("message.arbitrate", room, ts)

    office.wait(lambda: len(ledger(office)) == 1)
    (line,) = ledger(office)
    assert (line.origin, line.channel, line.permalink) == ("shortcut", None, None)
