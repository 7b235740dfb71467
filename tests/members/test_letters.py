"""What a mail says, and what it never tells to whoever sees it."""

import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.core import mail as sent
from django.utils import timezone

from cgtdouanes import checks
from cgtdouanes.text.words import folded
from members.mail import letters, outbox
from members.mail.letters import Kind, Notice
from members.mail.sending import send_due
from members.models import OutgoingMail, Topic
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

ADDRESS = re.compile(r"https?://[^\s\"<>]+")


class Markup(HTMLParser):
    """What a program that shows the mail would fetch, run or follow."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.links, self.others = set(), [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        for name, value in attrs:
            if name == "href":
                self.links.append(value)
            elif name in {"src", "srcset", "background", "style"} or name.startswith("on"):
                self.others.append((tag, name))


def parts(message):
    """The subject, the text and the HTML of a message as a mail program has them."""
    return message.subject, message.body, message.alternatives[0].content


def write(notice, **kind):
    """Send one mail that says this, and return it."""
    person = UserFactory(adherent=True)
    letters.register(
        Kind("said", "Un message", lambda mail: notice, **{"topic": Topic.REPORTS} | kind)
    )
    outbox.queue_to([person.pk], "said", f"said/{OutgoingMail.objects.count()}", 7)
    send_due()
    return sent.outbox[-1]


def test_both_parts_say_the_same():
    notice = Notice("Le titre", ["Une phrase.", "Une autre."], "/articles/a/", "Lire la suite")
    _, text, html = parts(write(notice))
    for part in (text, html):
        for words in ("Bonjour,", "Le titre", "Une phrase.", "Une autre.", "Lire la suite"):
            assert words in part
        assert "http://127.0.0.1:8000/articles/a/" in part
        assert "http://127.0.0.1:8000/espace/notifications/" in part
    assert "\n\n\n" not in text


def test_the_html_fetches_and_runs_nothing():
    _, _, html = parts(write(Notice("Le titre", ["Une phrase."], "/articles/a/")))
    markup = Markup(html)
    assert markup.others == []
    assert not markup.tags & {"img", "link", "script", "iframe", "form", "object", "svg"}
    assert "url(" not in html
    assert "@import" not in html
    assert markup.links
    assert all(link.startswith("http://127.0.0.1:8000/") for link in markup.links)
    assert 'name="color-scheme" content="light dark"' in html


def test_a_title_writes_neither_a_header_nor_the_rest_of_the_mail():
    title = "Titre\r\nBcc: tous@exemple.test\r\n\r\nPayez ici : https://mechant.test <b>"
    message = write(Notice(title, [f"{title}\n-- \nfin"], "/articles/a/"))
    raw = message.message()
    assert raw["Bcc"] is None
    assert raw["Subject"] == "Un message"
    _, text, html = parts(message)
    assert "Titre Bcc\u202f: tous@exemple.test Payez ici\u202f: https://mechant.test <b>\n" in text
    assert "&lt;b&gt;" in html
    assert "<b>" not in html


def test_of_what_is_reserved_a_mail_says_that_it_awaits_and_no_more():
    message = write(letters.reserved("/articles/licenciements-secrets/#reaction-12"))
    reference = OutgoingMail.objects.get().reference
    for part in (*parts(message), str(message.message())):
        assert "licenciements" not in part
        assert "reaction-12" not in part
    assert f"/espace/nouvelles/{reference}/" in message.body
    assert "Du nouveau vous attend" in message.body
    assert "Connectez-vous pour le lire." in message.body


def test_several_reserved_things_are_said_as_one():
    person = UserFactory(adherent=True)
    letters.register(
        Kind(
            "said",
            "Un message",
            lambda mail: letters.reserved(f"/secret/{mail.object_id}/"),
            topic=Topic.REPORTS,
        )
    )
    for number in range(1, 4):
        outbox.queue_to([person.pk], "said", f"said/{number}", number)
    send_due()
    [message] = sent.outbox
    _, text, html = parts(message)
    for part in (text, html):
        assert part.count("Du nouveau vous attend") == 1
        assert "/espace/nouvelles/" in part
        assert "secret" not in part
    assert len(OutgoingMail.objects.filter(sent_at__isnull=False)) == 3


def test_what_can_be_refused_says_how_and_in_one_click():
    message = write(Notice("Le titre", path="/articles/a/"))
    headers = message.message()
    link = headers["List-Unsubscribe"].strip(" <>")
    assert link.startswith("http://127.0.0.1:8000/courrier/arret/")
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link in message.body
    assert link in Markup(parts(message)[2]).links


def test_what_cannot_be_refused_does_not_say_how():
    message = write(Notice("Le titre", path="/articles/a/"), topic=None)
    assert message.message()["List-Unsubscribe"] is None
    assert "Ne plus recevoir" not in message.body
    assert "courrier/arret" not in str(message.message())


def test_programs_do_not_answer_and_copies_are_known_as_such():
    message = write(Notice("Le titre", path="/articles/a/")).message()
    assert message["Auto-Submitted"] == "auto-generated"
    mail = OutgoingMail.objects.get()
    assert message["Message-ID"] == f"<{mail.reference.hex}@127.0.0.1>"


def test_nobody_learns_from_a_mail_how_many_there_are():
    person = UserFactory(pk=987_654_321, adherent=True)
    letters.register(
        Kind("said", "Un message", lambda mail: letters.reserved("/a/"), topic=Topic.REPORTS)
    )
    OutgoingMail.objects.create(
        pk=123_456_789, kind="said", event="said/1", object_id=555_666_777, recipient=person
    )
    send_due()
    raw = sent.outbox[0].message().as_string().replace("=\n", "")
    for number in ("987654321", "123456789", "555666777"):
        assert number not in raw


def kinds():
    # Those of the apps, not of these tests.
    return [kind for kind in letters._kinds.values() if kind.label]


def test_the_kinds_of_the_apps_are_known():
    assert {"article", "answer", "meeting", "step"} <= {kind.name for kind in kinds()}


def test_no_subject_reveals_anything():
    subjects = {kind.subject for kind in letters._kinds.values()} | {letters.DIGEST_SUBJECT}
    for subject in subjects:
        plain = folded(subject)
        assert not [word for word in checks.REVEALING if word in plain], subject
        assert "\n" not in subject


@pytest.mark.parametrize(
    "sender",
    [
        "CGT Douanes <a@exemple.test>",
        "La C.G.T. <a@exemple.test>",
        "Votre section <a@exemple.test>",
        '"Syndicat, secrétariat" <a@exemple.test>',
        "Espace adhérent·e <a@exemple.test>",
        "DOUANE <a@exemple.test>",
    ],
)
def test_a_sender_s_name_that_reveals_is_warned_of_and_refused_in_production(settings, sender):
    settings.DEFAULT_FROM_EMAIL = sender
    assert [each.id for each in checks.sender_name(None)] == ["cgtdouanes.W002"]
    settings.IS_PRODUCTION = True
    assert [each.id for each in checks.sender_name(None)] == ["cgtdouanes.E002"]


def test_a_neutral_sender_s_name_is_fine(settings):
    assert checks.sender_name(None) == []
    settings.DEFAULT_FROM_EMAIL = "Camille <section@cgt-douanes.exemple.test>"
    assert checks.sender_name(None) == []


def test_a_digest_tells_all_its_events_once_under_one_subject():
    person, other = UserFactory(adherent=True), UserFactory(adherent=True)
    yesterday = timezone.now() - timedelta(days=1)
    tomorrow = timezone.now() + timedelta(days=1)
    for number in range(3):
        outbox.queue_to(
            [person.pk, other.pk], "gossip", f"gossip/{number}", number + 1, digest_at=yesterday
        )
    outbox.queue_to([person.pk], "gossip", "gossip/later", 9, digest_at=tomorrow)
    outbox.queue_to([person.pk], "gossip", "gossip/1bis", 2, digest_at=yesterday)
    assert send_due().sent == 2
    message = next(message for message in sent.outbox if message.to == [person.email])
    assert message.subject == "Les nouvelles de la semaine"
    titles = re.findall(r"^Nouvelle (.*)$", message.body, re.MULTILINE)
    assert titles == ["gossip/0", "gossip/1bis", "gossip/2"], "an object's last event is told"
    assert OutgoingMail.objects.filter(recipient=person, sent_at__isnull=False).count() == 4


def test_what_cannot_be_written_does_not_keep_the_rest_of_a_digest():
    person = UserFactory(adherent=True)
    yesterday = timezone.now() - timedelta(days=1)
    for kind in ("broken", "gossip"):
        outbox.queue_to([person.pk], kind, f"{kind}/1", digest_at=yesterday)
    assert send_due().sent == 1
    [message] = sent.outbox
    assert "Nouvelle gossip/1" in message.body
    broken = OutgoingMail.objects.get(kind="broken")
    assert broken.next_try_at > timezone.now()
    assert broken.failure == "non rédigé (ValueError)"
