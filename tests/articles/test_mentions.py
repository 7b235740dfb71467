"""Calling somebody: only who takes part, chosen in a list or typed; they are told, once."""

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles import mentions, moderation
from articles.models import Mention, Reaction, ReactionStatus, Verdict, Wording
from members.departure import leave
from members.models import MailPreferences
from tests.factories import ArticleFactory, ReactionFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def article():
    return ArticleFactory(published=True)


@pytest.fixture
def adherent(client):
    user = UserFactory(adherent=True, display_name="Moi")
    client.force_login(user)
    return user


def taking_part(article, name, **fields):
    return ReactionFactory(article=article, author__display_name=name, **fields)


def post(client, article, body, *ticked, **data):
    url = reverse("articles:react", args=[article.slug])
    return client.post(url, {"body": body, "mentioned": ticked} | data)


def told():
    before = len(mail.outbox)
    call_command("send_mail_queue")
    return {message.to[0]: message for message in mail.outbox[before:]}


def test_who_takes_part_is_offered_and_nobody_else(client, article, adherent):
    taking_part(article, "Léo")
    taking_part(article, "Maëlle")
    ReactionFactory(article=article, author=adherent)
    taking_part(article, "Cachée", status=ReactionStatus.HIDDEN)
    taking_part(article, "Attente", status=ReactionStatus.PENDING)
    ReactionFactory(article=article, author=None, former_name="Ancienne")
    UserFactory(adherent=True, display_name="Absente")
    assert [each.label for each in mentions.participants(article, adherent)] == ["Léo", "Maëlle"]
    page = client.get(article.get_absolute_url()).content.decode()
    assert 'data-mention="Léo"' in page
    assert "Absente" not in page


def test_a_name_ticked_is_written_before_the_words_and_its_person_told(client, article, adherent):
    léo = taking_part(article, "Léo")
    MailPreferences.objects.create(user=léo.author, answers="immediate")
    post(client, article, "D’accord avec toi", léo.pk)
    posted = Reaction.objects.get(author=adherent)
    assert posted.body == "@Léo D’accord avec toi"
    message = told()[léo.author.email]
    assert message.subject == "Quelqu’un vous attend"
    for words in ("Moi", "Léo", "D’accord", article.title):
        assert words not in message.body
    page = client.get(article.get_absolute_url()).content.decode()
    assert '<b class="mention">@Léo</b> D’accord' in page
    client.force_login(léo.author)
    place = f"/espace/nouvelles/{léo.author.outgoing_mail.get().reference}/"
    assert client.get(place).url == posted.get_absolute_url()


@pytest.mark.parametrize(
    ("body", "called"),
    [
        ("Merci @Léo !", {"Léo"}),
        ("merci @léo.", {"Léo"}),
        ("@Léo, côté piste a raison", {"Léo, côté piste"}),
        ("@Léonie ou leo@Léo", set()),
        ("@Absente", set()),
        ("@Moi", set()),
        ("@Léo et @Léo", {"Léo"}),
    ],
)
def test_a_name_typed_calls_who_takes_part_under_it(client, article, adherent, body, called):
    taking_part(article, "Léo")
    taking_part(article, "Léo, côté piste")
    UserFactory(adherent=True, display_name="Absente")
    ReactionFactory(article=article, author=adherent)
    assert post(client, article, body).status_code == 302
    assert Reaction.objects.latest("pk").body == body
    assert set(Mention.objects.values_list("name", flat=True)) == called


def test_of_those_who_have_no_name_one_is_chosen(client, article, adherent):
    first, second = (taking_part(article, "") for _ in range(2))
    labels = [each.label for each in mentions.participants(article, adherent)]
    assert len(labels) == 2
    assert all(label.startswith("Adhérent·e (a réagi le ") for label in labels)
    answer = post(client, article, "Merci @Adhérent·e")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "cochez celle que vous mentionnez" in page
    assert "Merci @Adhérent·e</textarea>" in page
    post(client, article, "Merci @Adhérent·e", second.pk)
    assert Mention.objects.get().user == second.author
    assert Reaction.objects.latest("pk").body == "Merci @Adhérent·e"


def test_a_forged_choice_calls_nobody(client, article, adherent):
    elsewhere = taking_part(ArticleFactory(published=True), "Zqailleurs")
    for key in (elsewhere.pk, elsewhere.pk + 1, "x"):
        answer = post(client, article, "Bonjour", key)
        assert answer.status_code == 422
        assert "Zqailleurs" not in answer.content.decode()
    assert not Mention.objects.exists()


def test_who_is_answered_and_called_is_told_once(client, article, adherent):
    léo = taking_part(article, "Léo")
    post(client, article, "@Léo merci", parent=léo.pk)
    assert told()[léo.author.email].subject == "Une réponse vous attend"
    assert told() == {}


def test_who_is_called_by_a_correction_is_told_and_who_is_no_more_is_forgotten(
    client, article, adherent
):
    léo, maëlle = taking_part(article, "Léo"), taking_part(article, "Maëlle")
    post(client, article, "Merci @Léo")
    posted = Reaction.objects.get(author=adherent)
    assert list(told()) == [léo.author.email]
    url = reverse("articles:reaction_edit", args=[article.slug, posted.pk])
    client.post(url, {"body": "Merci @Maëlle"})
    assert Mention.objects.get().user == maëlle.author
    assert list(told()) == [maëlle.author.email]


def test_what_waits_for_a_moderator_is_told_when_it_is_shown(client, adherent):
    article = ArticleFactory(published=True, reactions_policy="premoderated")
    léo = taking_part(article, "Léo")
    post(client, article, "Merci @Léo")
    assert told() == {}
    posted = Reaction.objects.get(author=adherent)
    moderation.decide(posted, UserFactory(role="moderator"), Verdict.SHOW, "Rien à redire")
    assert léo.author.email in told()


def test_who_no_longer_reads_is_not_told(client, article, adherent):
    léo = taking_part(article, "Léo")
    type(léo.author.membership).objects.filter(user=léo.author).update(paid_until="2020-01-01")
    post(client, article, "Merci @Léo")
    assert Mention.objects.exists()
    assert told() == {}


def test_a_name_leaves_with_its_account_and_the_words_stay(client, article, adherent):
    léo = taking_part(article, "Léo")
    post(client, article, "Merci @Léo, et @Léonie")
    posted = Reaction.objects.get(author=adherent)
    Wording.objects.create(reaction=posted, body="Salut @LÉO")
    leave(léo.author, erase_words=False)
    posted.refresh_from_db()
    assert posted.body == "Merci @Ancien·ne adhérent·e, et @Léonie"
    assert posted.wordings.get().body == "Salut @Ancien·ne adhérent·e"
    assert not Mention.objects.exists()


def test_the_names_count_in_the_length(client, article, adherent):
    léo = taking_part(article, "Léo")
    body = "x" * Reaction.MAX_LENGTH
    answer = post(client, article, body, léo.pk)
    assert "Avec les noms mentionnés, votre réaction est trop longue." in answer.content.decode()
    assert body in answer.content.decode()


def test_the_form_takes_the_same_queries_for_one_person_and_for_many(client, article, adherent):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(article.get_absolute_url())
        return len(captured)

    queries()
    few = queries()
    for number in range(40):
        reaction = taking_part(article, f"Personne {number}")
        Mention.objects.create(reaction=reaction, user=reaction.author, name="Personne")
    assert queries() == few
