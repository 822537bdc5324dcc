"""Components render what their props say, in words and not by colour alone."""

from datetime import datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace as Thing
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from procurement.rules import Refusal
from procurement.ui.templatetags import ui

SHANGHAI = ZoneInfo("Asia/Shanghai")
FRIDAY = datetime(2026, 2, 13, 16, 0, tzinfo=SHANGHAI)


@pytest.fixture
def on_friday(monkeypatch):
    """The spring festival of 2026 follows: 02-14 and 02-28 are working Saturdays."""
    monkeypatch.setattr(timezone, "now", lambda: FRIDAY)


def test_deadline_counts_legal_working_days(on_friday):
    state = ui.due_state(datetime(2026, 3, 2).date())  # noqa: DTZ001 only its day is used
    assert (state.shown, state.phrase, state.tone) == ("2026-03-02", "还剩 7 个工作日", "neutral")


def test_deadline_is_red_and_says_so_once_over(on_friday):
    state = ui.due_state((FRIDAY - timedelta(days=2)).date())
    assert state.tone == "bad"
    assert state.phrase == "已逾期 2 个工作日"


def test_deadline_today_is_not_over(on_friday):
    state = ui.due_state(FRIDAY.date())
    assert (state.tone, state.phrase) == ("warn", "今天截止")


def test_deadline_at_midnight_shows_the_day_it_closes(on_friday):
    midnight = datetime(2026, 2, 15, 0, 0, tzinfo=SHANGHAI)
    assert ui.due_state(midnight).shown == "2026-02-14"


def test_deadline_at_an_hour_shows_the_hour(on_friday):
    assert ui.due_state(FRIDAY + timedelta(hours=1)).shown == "2026-02-13 17:00"


def test_deadline_in_an_unannounced_year_gives_no_number(on_friday):
    state = ui.due_state(datetime(2031, 3, 2).date())  # noqa: DTZ001 only its day is used
    assert state.phrase == "该年日历未公布，工作日数待定"
    assert state.tone == "neutral"


def test_deadline_done_runs_no_clock(render):
    html = render('<c-deadline :due="due" :done="True" />', due=datetime(2026, 1, 5).date())  # noqa: DTZ001
    assert "2026-01-05" in html
    assert "逾期" not in html


def test_no_deadline_is_a_dash(render):
    assert "—" in render('<c-deadline :due="due" />', due=None)


def test_component_sees_its_props_and_nothing_of_the_page(render):
    html = render('<c-page-head title="甲" />', status="不应出现", meta="也不应出现", kicker="x-kicker")
    assert "不应出现" not in html
    assert "x-kicker" not in html


def test_props_are_escaped_once(render):
    html = render('<c-badge label="{{ label }}" /><c-badge :label="label" />', label="<甲 & 乙>")
    assert html.count("&lt;甲 &amp; 乙&gt;") == 2


def offer(*, allowed=True, refusals=(), warnings=(), weight="normal", label="签订合同"):
    return Thing(
        transition=Thing(label=label, weight=weight),
        url="/act/x/",
        allowed=allowed,
        refusals=refusals,
        warnings=warnings,
    )


def test_action_bar_links_what_is_allowed(render):
    html = render('<c-action-bar :offers="offers" />', offers=[offer(weight="primary")])
    assert 'class="button button--primary" href="/act/x/"' in html


def test_action_bar_gives_the_reason_instead_of_a_dead_button(render):
    refused = offer(allowed=False, refusals=(Refusal("R-205", "上年考核不合格"),))
    html = render('<c-action-bar :offers="offers" />', offers=[refused])
    assert "disabled" not in html
    assert 'href="/act/x/"' not in html
    assert "上年考核不合格" in html
    assert "R-205" in html


def test_action_bar_without_offers_is_absent(render):
    assert render('<c-action-bar :offers="offers" />', offers=[]).strip() == ""


def step(number, state, label, **more):
    base = {"responsible": "", "opened_at": None, "due_on": None, "done_at": None, "done_by": "", "is_overdue": False}
    return Thing(step=Thing(number=number, title=f"第{number}步", result=""), state=state, label=label, **base | more)


def test_steps_say_who_when_and_by_when(render):
    now = timezone.now()
    rows = [
        step(1, "done", "已办结", responsible="办公室", done_at=now, done_by="李华"),
        step(2, "open", "办理中", due_on=now.date() - timedelta(days=30), is_overdue=True),
        step(3, "waiting", "未开始"),
    ]
    html = render('<c-steps :rows="rows" />', rows=rows)
    assert "李华" in html
    assert "已逾期" in html
    assert html.count('aria-current="step"') == 1


def test_sort_link_turns_and_drops_the_cursor(render):
    html = render('<c-th label="金额" sort="amount" />', path="/list/?q=a&sort=amount&after=xyz")
    assert 'aria-sort="ascending"' in html
    assert 'href="?q=a&amp;sort=-amount"' in html


def test_pager_shows_only_ways_that_lead_somewhere(render):
    html = render('<c-pager :page="page" />', page=Thing(previous_url="", next_url="?after=x"))
    assert "下一页" in html
    assert "上一页" not in html


def test_bar_chart_is_a_table_with_bars_in_proportion(render):
    html = render('<c-bar-chart title="立项" :rows="rows" />', rows=[("甲", 1200), ("乙", Decimal(300))])
    assert 'width="100.00"' in html
    assert 'width="25.00"' in html
    assert "1,200" in html
    assert "style=" not in html


def test_bar_chart_of_zeros_draws_nothing_and_does_not_fail():
    assert [bar.width for bar in ui.bars_of([("甲", 0), ("乙", None, "—")])] == ["0.00", "0.00"]


def test_percent_is_never_rounded_up_to_done():
    assert ui.percent_of(Decimal("155.99"), 156) == 99
    assert ui.percent_of(1, 0) == 0


def test_summary_row_shows_a_dash_for_nothing(render):
    html = render('<c-summary-row label="配套资金"></c-summary-row>')
    assert "—" in html


def test_not_submitted_never_reads_as_done(render):
    html = render('<c-not-submitted url="/submit/" />')
    assert "尚未提交" in html
    assert "填写完成不等于已提交" in html


def test_receipt_shows_number_second_and_hashes(render):
    at = datetime(2026, 2, 6, 8, 59, 59, tzinfo=ZoneInfo("UTC"))
    html = render(
        '<c-receipt title="已提交" number="HZ-1" :at="at" :files="files" />',
        at=at,
        files=[Thing(title="申报书.pdf", sha256="ab" * 32)],
    )
    assert "2026-02-06 16:59:59" in html
    assert "ab" * 32 in html


def test_signature_block_leaves_room_for_who_has_not_signed(render):
    html = render('<c-signature-block :parties="p" />', p=[Thing(part="甲方", organisation="办公室", signed_at=None)])
    assert "尚未签署" in html


def test_filter_stays_open_while_a_hidden_condition_is_in_use(render):
    from procurement.ui.views.style_guide import SampleFilter

    source = '<c-filter-form :form="form" first="2" />'
    assert '<details class="filter__more" open>' in render(source, form=SampleFilter({"more": "妇联"}))
    assert '<details class="filter__more">' in render(source, form=SampleFilter({"q": "养老"}))


def test_a_history_gives_names_and_words_only_where_they_are_asked_for(render):
    done = {
        "label": "提交", "at": FRIDAY, "actor": "张明", "organization_name": "甲中心",
        "reason": "材料齐全", "justification": "",
    }  # fmt: skip
    public = render('<c-history :records="records" :names="nobody" :words="nobody" />', records=[done], nobody=None)
    assert "甲中心" in public
    assert "张明" not in public
    assert "材料齐全" not in public
    inside = render('<c-history :records="records" names="1" words="1" />', records=[done])
    assert "张明" in inside
    assert "材料齐全" in inside
    assert "还没有办理记录" in render('<c-history :records="records" />', records=[])
