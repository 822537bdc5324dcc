"""Telling is part of the event's transaction; delivering is not."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.template import TemplateDoesNotExist
from django.utils import timezone
from django.utils.translation import gettext_lazy

from procurement.notices import notify
from procurement.notices.models import Channel, Delivery, Message, Outbox
from procurement.notices.selectors import outbox_age_seconds, waiting_mail_count
from procurement.notices.services.dispatch import MAX_ATTEMPTS, dispatch_batch, pause_after, retry_failed

pytestmark = pytest.mark.django_db
LATER = timedelta(days=2)


def deliver_everything() -> None:
    now = timezone.now()
    for step in range(MAX_ATTEMPTS * 2):
        dispatch_batch(now=now + timedelta(hours=2) * step)


def test_notice_reaches_inbox_and_mailbox(person, tell):
    reader = person()
    tell(reader, url="/case/1/", case_id="6f1a0f66-6d1f-4a3f-9a55-1f2d6b2b7c11")
    assert dispatch_batch() == 2
    message = Message.objects.get()
    assert (message.title, message.body, message.url, message.recipient) == ("您好 甲", "正文 甲", "/case/1/", reader)
    assert [(sent.subject, sent.to) for sent in mail.outbox] == [("您好 甲", ["reader@example.org"])]
    assert set(Outbox.objects.values_list("state", flat=True)) == {"delivered"}


def test_message_id_of_the_mail_is_the_event(person, tell):
    tell(person())
    dispatch_batch()
    entry = Outbox.objects.get(channel=Channel.EMAIL)
    assert str(entry.pk) in mail.outbox[0].extra_headers["Message-ID"]
    assert Delivery.objects.get().sent_at is not None


def test_mail_carries_the_full_address_of_the_page(person, tell, settings):
    settings.PORTAL = {**settings.PORTAL, "BASE_URL": "https://portal.example.org/"}
    tell(person(), url="/case/1/")
    dispatch_batch()
    assert mail.outbox[0].body == "正文 甲\n\nhttps://portal.example.org/case/1/"


def test_person_without_address_or_with_closed_account_gets_no_mail(person, tell):
    tell(person("silent", email=""), person("gone", is_active=False))
    assert set(Outbox.objects.values_list("channel", flat=True)) == {"inbox"}


def test_same_key_is_told_once(person, tell):
    reader = person()
    tell(reader, reader)
    tell(reader)
    dispatch_batch()
    tell(reader)
    deliver_everything()
    assert Message.objects.count() == 1
    assert len(mail.outbox) == 1


def test_same_key_reaches_two_people(person, tell):
    tell(person("one"), person("two"))
    dispatch_batch()
    assert Message.objects.count() == 2


def test_control_without_the_unique_key_tells_twice(person, tell):
    """Shows that it is the constraint, not luck, that keeps a repeated event quiet."""
    reader = person()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE notices_outbox DROP CONSTRAINT outbox_one_delivery_per_key")
    tell(reader)
    tell(reader)
    dispatch_batch()
    assert Message.objects.count() == 2


def test_control_without_the_one_to_one_delivers_twice(person, tell):
    """And that a repeated dispatch is kept from the inbox by the message's link to its event."""
    tell(person(email=""))
    dispatch_batch()
    message = Message.objects.get()
    copy = Message(outbox=message.outbox, recipient=message.recipient, title="再次", created_at=message.created_at)
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save(force_insert=True)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE notices_message DROP CONSTRAINT notices_message_outbox_id_key")
    copy.save(force_insert=True)
    assert Message.objects.count() == 2


def test_rolled_back_event_tells_nobody(person, words):
    reader = person()

    def fail_after_notify():
        with transaction.atomic():
            notify(template="hello", recipients=[reader], key="k")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after_notify()
    assert dispatch_batch() == 0
    assert Message.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_notify_outside_a_transaction_is_refused(person, words):
    with pytest.raises(transaction.TransactionManagementError):
        notify(template="hello", recipients=[person()], key="k")
    assert Outbox.objects.count() == 0


def test_missing_text_is_refused_where_it_is_named(person):
    with pytest.raises(TemplateDoesNotExist), transaction.atomic():
        notify(template="nobody_wrote_this", recipients=[person()], key="k")


def test_text_is_plain_and_not_escaped(person, tell, words):
    words("raw", "{{ org }} 更名\n<b>{{ org }}</b>")
    tell(person(), template="raw", context={"org": "甲 & 乙"})
    dispatch_batch()
    assert Message.objects.get().title == "甲 & 乙 更名"
    assert Message.objects.get().body == "<b>甲 & 乙</b>"


def test_title_keeps_no_line_break_a_mail_header_could_be_split_by(person, tell):
    tell(person(), context={"name": "甲\nBcc: other@example.org"})
    dispatch_batch()
    assert "\n" not in mail.outbox[0].subject
    assert mail.outbox[0].bcc == []


def test_dates_and_money_survive_the_journey(person, tell, words):
    words(
        "typed",
        '{% load money %}{{ on|date:"Y年n月j日" }}\n{{ amount|yuan }} {{ at|date:"H:i" }} {{ label }} {{ rows.0 }}',
    )
    context = {
        "on": date(2016, 3, 1),
        "amount": Decimal("156000.00"),
        "at": datetime(2016, 3, 1, 1, 30, tzinfo=UTC),
        "label": gettext_lazy("站内信"),
        "rows": [Decimal("1.10")],
    }
    tell(person(), template="typed", context=context)
    dispatch_batch()
    message = Message.objects.get()
    assert message.title == "2016年3月1日"
    assert message.body == "156,000.00 元 09:30 站内信 1.10"


def test_model_instance_may_not_travel(person, tell):
    reader = person()
    with pytest.raises(TypeError):
        tell(reader, context={"user": reader})
    assert Outbox.objects.count() == 0


def test_broken_text_stops_only_its_own_notice(person, tell, words):
    words("broken", "{{ name }}")
    reader = person(email="")
    tell(reader, key="bad", template="broken", context={})
    tell(reader, key="good")
    dispatch_batch()
    assert [message.title for message in Message.objects.all()] == ["您好 甲"]
    bad = Outbox.objects.get(key="bad")
    assert (bad.state, bad.attempts) == ("pending", 1)
    assert "no title" in bad.last_error


def test_mail_that_cannot_be_sent_is_retried_then_given_up_visibly(person, tell, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    tell(person())
    dispatch_batch()
    entry = Outbox.objects.get(channel=Channel.EMAIL)
    assert (entry.state, entry.attempts) == ("pending", 1)
    assert waiting_mail_count() == 1
    assert Message.objects.count() == 1
    for _ in range(MAX_ATTEMPTS):
        Outbox.objects.pending().update(available_at=timezone.now())
        dispatch_batch()
    entry.refresh_from_db()
    assert (entry.state, entry.attempts) == ("failed", MAX_ATTEMPTS)
    assert "ConnectionRefusedError" in entry.last_error
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    retry_failed(outbox=entry)
    dispatch_batch()
    assert len(mail.outbox) == 1
    assert Message.objects.count() == 1


def test_pauses_double_and_stop_at_an_hour():
    pauses = [pause_after(attempt).total_seconds() for attempt in (1, 2, 3, 20)]
    assert pauses == [30, 60, 120, 3600]


def test_message_words_cannot_be_changed_after_delivery(person, tell):
    tell(person())
    dispatch_batch()
    message = Message.objects.get()
    with pytest.raises(Exception, match="Cannot update rows"), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(title="改写")
    Message.objects.filter(pk=message.pk).update(read_at=timezone.now())
    message.refresh_from_db()
    assert message.title == "您好 甲"
    assert message.read_at is not None


def test_age_is_that_of_the_oldest_due_notice(person, tell):
    now = timezone.now()
    assert outbox_age_seconds(now) == 0
    tell(person(email=""))
    Outbox.objects.update(available_at=now - timedelta(seconds=90))
    assert outbox_age_seconds(now) == 90
    Outbox.objects.update(available_at=now + timedelta(seconds=90))
    assert outbox_age_seconds(now) == 0


def test_messages_are_dated_by_the_event_not_by_the_dispatch(person, tell):
    tell(person(email=""))
    happened = Outbox.objects.get().created_at
    dispatch_batch(now=timezone.now() + LATER)
    assert Message.objects.get().created_at == happened
