"""Who is told by mail of what is published and answered, and what the mail says of it."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail as sent
from django.core.management import call_command
from django.utils import timezone

from articles import emails, moderation, reacting, services
from articles.models import Article, ReactionStatus, Status, Verdict
from members.models import MailPreferences, OutgoingMail, Role
from tests.articles.test_desk import ADD, typed
from tests.factories import ArticleFactory, ReactionFactory, UserFactory
from tests.mailbox import told_by

pytestmark = pytest.mark.django_db


def adherent(**choices):
    """An adherent who is told of reports at once, unless they chose otherwise."""
    user = UserFactory(adherent=True)
    MailPreferences.objects.create(user=user, **{"reports": "immediate"} | choices)
    return user


def leave():
    """Do what cron does, and return the news that left, by address."""
    before = len(sent.outbox)
    call_command("publish_scheduled")
    call_command("send_mail_queue")
    news = [each for each in sent.outbox[before:] if each.subject != emails.DECISION.subject]
    return {message.to[0]: message for message in news}


def publish(article, **changes):
    for name, value in ({"status": Status.PUBLISHED} | changes).items():
        setattr(article, name, value)
    services.save_article(article)


def test_publishing_at_the_desk_tells_adherents_once(client):
    reader, lapsed, officer = adherent(), UserFactory(lapsed=True), UserFactory(role=Role.EDITOR)
    client.force_login(officer)
    client.post(ADD, typed(_publish="Publier"))
    article = Article.objects.get()
    assert list(leave()) == [reader.email]
    message = sent.outbox[0]
    assert message.subject == "Une nouvelle publication"
    assert "Plan probité et protection" in message.body
    assert "Un plan." in message.body
    assert "http://127.0.0.1:8000/articles/plan-probite/" in message.body
    assert "Deux" not in message.body
    assert OutgoingMail.objects.filter(recipient=officer, in_digest=True).exists()
    assert not OutgoingMail.objects.filter(recipient=lapsed).exists()

    change = f"/admin/articles/article/{article.pk}/change/"
    data = typed(title="Un autre titre", category=article.category_id)
    client.post(change, data | {"seen": 1})
    client.post(change, data | {"seen": 2, "_publish": "Publier"})
    assert Article.objects.get().title == "Un autre titre"
    assert leave() == {}


def test_a_draft_and_an_article_of_long_ago_are_no_news():
    adherent()
    services.save_article(ArticleFactory.build(category=ArticleFactory().category))
    publish(ArticleFactory(), published_at=timezone.now() - timedelta(days=31))
    assert not OutgoingMail.objects.exists()
    publish(ArticleFactory(), published_at=timezone.now() - timedelta(days=29))
    assert OutgoingMail.objects.count() == 1


def test_an_article_for_later_is_told_of_when_it_comes_out():
    reader = adherent()
    article = ArticleFactory()
    tomorrow = timezone.now() + timedelta(days=1)
    publish(article, published_at=tomorrow)
    assert leave() == {}
    with time_machine.travel(tomorrow + timedelta(minutes=1)):
        assert list(leave()) == [reader.email]
        assert leave() == {}


def test_an_article_for_later_that_is_put_forward_back_or_taken_away():
    adherent()
    article = ArticleFactory()
    tomorrow = timezone.now() + timedelta(days=1)
    publish(article, published_at=tomorrow)
    publish(article, published_at=tomorrow + timedelta(days=1))
    with time_machine.travel(tomorrow + timedelta(minutes=1)):
        assert leave() == {}
    publish(article, published_at=tomorrow + timedelta(days=1), status=Status.DRAFT)
    with time_machine.travel(tomorrow + timedelta(days=2)):
        assert leave() == {}
    publish(article, published_at=timezone.now())
    assert len(leave()) == 1
    with time_machine.travel(tomorrow + timedelta(days=2)):
        assert leave() == {}


def test_what_was_published_before_is_never_announced():
    adherent()
    article = ArticleFactory(published=True)
    services.save_article(article)
    assert leave() == {}


def test_an_article_taken_away_before_the_mail_leaves_is_not_told_of():
    adherent()
    article = ArticleFactory()
    publish(article)
    Article.objects.update(status=Status.DRAFT)
    assert leave() == {}
    assert OutgoingMail.objects.get().failure == "sans objet"


def test_of_a_reserved_article_the_mail_only_says_that_it_awaits(client):
    reader = adherent()
    publish(
        ArticleFactory(
            members_only=True,
            title="zqtitre",
            slug="zqadresse",
            lead="zqchapo",
            kicker="zqsurtitre",
        )
    )
    message = leave()[reader.email]
    told = told_by(message)
    assert not any(word in told for word in ("zqtitre", "zqadresse", "zqchapo", "zqsurtitre"))
    assert "Du nouveau vous attend" in message.body
    client.force_login(reader)
    mail = OutgoingMail.objects.get()
    assert client.get(f"/espace/nouvelles/{mail.reference}/").url == "/articles/zqadresse/"


def test_an_article_that_is_reserved_since_is_not_named():
    reader = adherent()
    article = ArticleFactory(title="zqtitre")
    publish(article)
    Article.objects.update(visibility="members")
    assert "zqtitre" not in leave()[reader.email].body


def test_the_mail_of_a_teaser_gives_what_everybody_may_read():
    reader = adherent()
    publish(ArticleFactory(teaser=True, title="Le titre", lead="Le chapo."))
    body = leave()[reader.email].body
    assert "Le titre" in body
    assert "Le chapo." in body
    assert "La suite réservée" not in body


def answer(to, author=None, **fields):
    author = author or UserFactory(adherent=True, display_name="zqnom")
    return reacting.post_reaction(to.article, author, fields.get("body", "zqreponse"), parent=to)


def test_an_answer_is_told_to_the_author_of_the_reaction_and_names_nothing(client):
    reader = adherent()
    reaction = ReactionFactory(author=reader, article__title="zqtitre", article__slug="zqadresse")
    answered = answer(reaction)
    message = leave()[reader.email]
    assert message.subject == "Une réponse vous attend"
    told = told_by(message)
    assert not any(word in told for word in ("zqtitre", "zqadresse", "zqnom", "zqreponse"))
    client.force_login(reader)
    mail = OutgoingMail.objects.get()
    place = f"/articles/zqadresse/#reaction-{answered.pk}"
    assert client.get(f"/espace/nouvelles/{mail.reference}/").url == place


def test_nobody_is_told_of_their_own_answer():
    reader = adherent()
    answer(ReactionFactory(author=reader), author=reader)
    ReactionFactory(author=None)
    reacting.post_reaction(ArticleFactory(published=True), reader, "Une réaction")
    assert not OutgoingMail.objects.exists()


def test_a_double_click_tells_once():
    reaction = ReactionFactory(author=adherent())
    author = UserFactory(adherent=True)
    answer(reaction, author)
    answer(reaction, author)
    assert len(leave()) == OutgoingMail.objects.count() == 1


def test_an_answer_that_waits_for_a_moderator_is_told_when_it_is_shown():
    reader = adherent()
    reaction = ReactionFactory(author=reader, article__reactions_policy="premoderated")
    answered = answer(reaction)
    assert answered.status == ReactionStatus.PENDING
    assert leave() == {}
    moderator = UserFactory(role=Role.MODERATOR)
    moderation.decide(answered, moderator, Verdict.SHOW, "rien à redire")
    assert list(leave()) == [reader.email]
    moderation.decide(answered, moderator, Verdict.HIDE, "erreur")
    moderation.decide(answered, moderator, Verdict.SHOW, "erreur réparée")
    assert leave() == {}


@pytest.mark.parametrize("event", ["answer hidden", "answer deleted", "reaction hidden", "article"])
def test_an_answer_that_is_no_more_there_to_read_is_not_told_of(event):
    reader = adherent()
    reaction = ReactionFactory(author=reader)
    answered = answer(reaction)
    moderator = UserFactory(role=Role.MODERATOR)
    match event:
        case "answer hidden":
            moderation.decide(answered, moderator, Verdict.HIDE, "injure")
        case "answer deleted":
            reacting.withdraw_reaction(answered, answered.author)
        case "reaction hidden":
            moderation.decide(reaction, moderator, Verdict.HIDE, "injure")
        case "article":
            Article.objects.update(status=Status.DRAFT)
    assert leave() == {}


def test_who_is_an_adherent_no_more_is_not_told_of_answers():
    reader = adherent()
    answer(ReactionFactory(author=reader))
    yesterday = timezone.localdate() - timedelta(days=1)
    type(reader.membership).objects.filter(user=reader).update(resigned_on=yesterday)
    assert leave() == {}


def test_queueing_an_article_takes_as_many_queries_for_one_reader_as_for_fifty(
    django_assert_max_num_queries,
):
    adherent()
    first, second = ArticleFactory.create_batch(2, published=True)
    with django_assert_max_num_queries(9):
        emails.tell_of_article(first)
    for _ in range(50):
        adherent()
    with django_assert_max_num_queries(9):
        emails.tell_of_article(second)
    assert OutgoingMail.objects.count() == 1 + 51
