"""The queue's page: who waits and why, taking, skipping, going on."""

from __future__ import annotations

from collections.abc import Callable

from tests.web.conftest import TEXT, Visitor

SHORT = "کارگاه برگزار شد."


def test_what_waits_is_shown_with_its_reason(visitor: Visitor) -> None:
    visitor.open("/queue")
    assert "هیچ گزارشی منتظر بررسی نیست" in visitor.text(".empty-state")
    visitor.store("one", ngo="انجمن یک", title="نخست")
    visitor.store("short", SHORT, title="کوتاه")
    visitor.store("two", TEXT + " تمام.", ngo="انجمن دو", title="دوم")
    visitor.open("/queue")
    titles = [node.text().strip() for node in visitor.page.css(".row h2")]
    assert titles[0] == "دوم"
    assert "شاید تکراری" in visitor.text(".row .chips")
    assert "شاید تکراری" in visitor.text(".tallies")
    visitor.open("/queue?domain=&province=")
    assert visitor.status == 200


def test_taking_skipping_and_deciding_go_through_the_queue(logged_in: Callable[..., Visitor]) -> None:
    sara, reza = logged_in("sara", "reviewer"), logged_in("reza", "reviewer")
    for number in range(3):
        sara.store(f"r{number}", SHORT + "!" * number, title=f"گزارش {number}")
    sara.open("/queue")
    order = [node.attributes["href"] for node in sara.page.css(".row h2 a")]
    sara.send("form[action='/queue/next']")
    assert sara.path.startswith(f"{order[0]}?from=queue")
    reza.open("/queue")
    assert "sara" in reza.text(".held")
    reza.send("form[action='/queue/next']")
    assert reza.path.startswith(f"{order[1]}?")
    sara.send("#next")  # skips, and gives the first one back
    assert sara.path.startswith(f"{order[2]}?from=queue&prev=")
    assert sara.application.queue.holder(str(order[0]).rpartition("/")[2]) is None
    sara.send("#decision", "action=save")
    assert sara.path.startswith(f"{order[0]}?from=queue&prev=")  # past the end it begins again
    sara.send("#decision", "action=save")
    assert sara.path.startswith("/queue?done=")  # the last one is Reza's
    assert "ثبت شد" in sara.text("[role=status]")
    sara.send(".row form") if sara.page.css_first(".row form") else None
    assert sara.application.queue.holder(str(order[1]).rpartition("/")[2]).by == "user:reza"  # type: ignore[union-attr]


def test_a_filter_stays_while_one_works_through_it(visitor: Visitor) -> None:
    visitor.store("qom", SHORT, province="قم")
    visitor.store("yazd", SHORT + "!", province="یزد")
    visitor.store("qom2", SHORT + "!!", province="قم")
    visitor.open("/queue?province=قم")
    assert len(visitor.page.css(".row")) == 2
    visitor.send("form[action='/queue/next']")
    seen = [visitor.path.split("?")[0]]
    visitor.send("#decision", "action=save")
    seen.append(visitor.path.split("?")[0])
    visitor.send("#decision", "action=save")
    assert sorted(seen) == ["/reports/qom", "/reports/qom2"]
    assert visitor.path.startswith("/queue?province=")
    assert visitor.application.stores.reports.get("yazd").status == "pending"


def test_giving_back_leaves_it_to_others(visitor: Visitor) -> None:
    visitor.store("short", SHORT)
    visitor.open("/queue")
    visitor.send(".row form")
    assert visitor.path == "/reports/short?from=queue"
    assert visitor.application.queue.holder("short") is not None
    visitor.send("#release")
    assert (visitor.path, visitor.application.queue.holder("short")) == ("/queue", None)
