"""Moderating: who has the role decides, always with a reason, of exact words; nobody else can."""

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.urls import reverse

from articles import moderation, reacting
from articles.models import Flag, ModerationDecision, Reaction, ReactionStatus, Verdict, Wording
from cgtdouanes.officers import desk
from tests.factories import (
    ArticleFactory,
    DecisionFactory,
    FlagFactory,
    ReactionFactory,
    UserFactory,
)
from tests.mailbox import told_by

pytestmark = pytest.mark.django_db

QUEUE = reverse("admin:articles_reaction_queue")
OTHER_ROLES = ["editor", "publisher", "membership_manager"]


def change(reaction):
    return reverse("admin:articles_reaction_change", args=[reaction.pk])


def decide(client, reaction, url=None, **data):
    return client.post(url or change(reaction), {"reaction": reaction.pk} | data)


def queued(client):
    return [card.reaction for card in client.get(QUEUE).context["cards"]]


@pytest.fixture
def moderator(client):
    user = UserFactory(role="moderator")
    client.force_login(user)
    return user


@pytest.mark.parametrize("role", ["moderator", "secretary"])
def test_a_moderator_hides_then_restores_with_a_reason(client, role):
    moderator = UserFactory(role=role)
    reader = UserFactory(adherent=True)
    reaction = ReactionFactory(body="Des mots durs")
    client.force_login(moderator)
    decide(client, reaction, decision="hide", moderation_reason="Attaque personnelle")
    reaction.refresh_from_db()
    assert reaction.status == ReactionStatus.HIDDEN
    kept = reaction.decisions.get()
    assert (kept.verdict, kept.reason, kept.by) == ("hide", "Attaque personnelle", moderator)

    client.force_login(reader)
    page = client.get(reaction.article.get_absolute_url()).content.decode()
    assert "Des mots durs" not in page
    assert "Réaction masquée par la modération." in page

    client.force_login(moderator)
    decide(client, reaction, decision="restore", moderation_reason="Après discussion")
    reaction.refresh_from_db()
    assert reaction.status == ReactionStatus.PUBLISHED
    assert reaction.decisions.count() == 2


@pytest.mark.parametrize("place", ["queue", "page"])
@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"decision": "hide"}, "Donnez le motif"),
        ({"decision": "hide", "moderation_reason": "  "}, "Donnez le motif"),
        ({"moderation_reason": "Sans décision"}, "Choisissez ce que devient"),
        ({"decision": "hide", "moderation_reason": "x" * 301}, "300 caractères"),
    ],
)
def test_a_decision_needs_a_reason_and_what_was_typed_stays(
    client, moderator, place, data, message
):
    reaction = ReactionFactory(to_read=True)
    ReactionFactory(to_read=True)
    answer = decide(client, reaction, QUEUE if place == "queue" else None, **data)
    page = answer.content.decode()
    assert message in page
    assert data.get("moderation_reason", "") in page
    assert not ModerationDecision.objects.exists()


def test_the_latest_reactions_come_first(client, moderator):
    for words in ("La première", "La dernière"):
        ReactionFactory(body=words)
    page = client.get(reverse("admin:articles_reaction_changelist")).content.decode()
    assert page.index("La dernière") < page.index("La première")


def test_words_that_stand_in_too_many_reactions_find_the_latest_and_say_so(
    client, moderator, monkeypatch
):
    monkeypatch.setattr(desk, "MOST_FOUND", 2)
    for words in ("Horaires, un", "Horaires, deux", "Autre chose", "Horaires, trois"):
        ReactionFactory(body=words)

    def found(words):
        url = reverse("admin:articles_reaction_changelist")
        return client.get(url, {"q": words}).content.decode()

    page = found("horaires")
    assert "Horaires, trois" in page
    assert "Horaires, deux" in page
    assert "Horaires, un" not in page
    assert "seules les 2 premières sont ici" in page
    page = found("horaires trois")
    assert "Horaires, trois" in page
    assert "premières sont ici" not in page


def test_words_are_looked_for_in_the_latest_reactions_and_beyond_them_by_a_filter(
    client, moderator, monkeypatch
):
    monkeypatch.setattr(desk, "MOST_READ", 2)
    ReactionFactory(body="Horaires, un", status="hidden")
    url = reverse("admin:articles_reaction_changelist")
    for words in ("Horaires, deux", "Horaires, trois"):
        assert "les plus récentes" not in client.get(url, {"q": "horaires"}).content.decode()
        ReactionFactory(body=words)
    page = client.get(url, {"q": "horaires"}).content.decode()
    assert "Horaires, deux" in page
    assert "Horaires, un" not in page
    assert "dans les 2 lignes les plus récentes" in page
    page = client.get(url, {"q": "horaires", "status__exact": "hidden"}).content.decode()
    assert "Horaires, un" in page
    assert "les plus récentes" not in page


@pytest.mark.parametrize("role", OTHER_ROLES)
def test_other_officers_do_not_moderate(client, role):
    client.force_login(UserFactory(role=role))
    reaction = ReactionFactory()
    for url in (None, QUEUE):
        answer = decide(client, reaction, url, decision="hide", moderation_reason="x")
        assert answer.status_code == 403
    with pytest.raises(PermissionDenied):
        moderation.decide(reaction, UserFactory(role=role), Verdict.HIDE, "x")


def test_a_moderator_cannot_rewrite_a_reaction(client, moderator):
    reaction = ReactionFactory(body="Les mots d’une collègue")
    decide(client, reaction, decision="hide", moderation_reason="x", body="D’autres mots")
    reaction.refresh_from_db()
    assert reaction.body == "Les mots d’une collègue"


def test_words_edited_during_the_reading_are_not_decided_upon(client, moderator):
    reaction = ReactionFactory(body="Ce qui est lu", status=ReactionStatus.PENDING)
    seen = client.get(change(reaction)).context["cards"][0].form["seen"].value()
    Reaction.objects.update(body="Ce qui ne l’est pas")
    page = decide(client, reaction, decision="restore", moderation_reason="Rien à dire", seen=seen)
    assert "modifiée pendant votre lecture" in page.content.decode()
    with pytest.raises(moderation.Outdated):
        moderation.decide(reaction, UserFactory(role="moderator"), Verdict.SHOW, "Rien à dire")
    reaction.refresh_from_db()
    assert reaction.status == ReactionStatus.PENDING


def test_a_signal_that_comes_during_the_reading_is_read_before_it_is_settled(client, moderator):
    reaction = FlagFactory().reaction
    seen = client.get(QUEUE).context["cards"][0].form["seen"].value()
    FlagFactory(reaction=reaction, words="Zqplus grave")
    data = {"decision": "keep", "moderation_reason": "Un désaccord", "seen": seen}
    answer = decide(client, reaction, QUEUE, **data)
    page = answer.content.decode()
    assert "signalée une fois de plus" in page
    assert "Zqplus grave" in page
    assert "Un désaccord" in page
    assert Flag.objects.filter(decision=None).count() == 2
    data["seen"] = answer.context["cards"][0].form["seen"].value()
    assert decide(client, reaction, QUEUE, **data).url == QUEUE
    assert not Flag.objects.filter(decision=None).exists()


def test_words_corrected_after_a_decision_are_read_again(client, moderator, settings):
    settings.REACTIONS_READ_FIRST = 0
    author, article = UserFactory(adherent=True), ArticleFactory(published=True)
    reaction = reacting.post_reaction(article, author, "Des mots choisis")
    FlagFactory(reaction=reaction)
    moderation.decide(reaction, moderator, Verdict.KEEP, "Un désaccord")
    assert queued(client) == []
    reacting.correct_reaction(reaction, author, "D’autres mots")
    assert queued(client) == [reaction]


def test_only_decisions_that_change_something_are_offered(client, moderator):
    def offered(reaction):
        form = client.get(change(reaction)).context["cards"][0].form
        return [value for value, _ in form.fields["decision"].choices] if form else []

    assert offered(ReactionFactory()) == ["hide"]
    assert offered(FlagFactory().reaction) == ["keep", "hide"]
    assert offered(ReactionFactory(status=ReactionStatus.PENDING)) == ["restore", "hide"]
    assert offered(ReactionFactory(status=ReactionStatus.HIDDEN)) == ["restore"]
    assert offered(ReactionFactory(status=ReactionStatus.DELETED)) == []


def test_one_s_own_words_are_left_to_another_moderator_if_there_is_one(client, moderator):
    own = ReactionFactory(author=moderator, status=ReactionStatus.PENDING)
    secretary = UserFactory(role="secretary")
    with pytest.raises(PermissionDenied):
        moderation.decide(own, moderator, Verdict.SHOW, "Rien à redire")
    assert "une autre personne du bureau décide" in client.get(QUEUE).content.decode()
    secretary.mandates.all().delete()
    moderation.decide(own, moderator, Verdict.SHOW, "Rien à redire")


def test_the_queue_holds_what_waits_and_nothing_else(client, moderator):
    ReactionFactory()
    ReactionFactory(status=ReactionStatus.HIDDEN)
    ReactionFactory(status=ReactionStatus.DELETED, to_read=True)
    FlagFactory(reaction__status=ReactionStatus.HIDDEN)
    FlagFactory(decision=DecisionFactory(verdict=Verdict.KEEP))
    first = ReactionFactory(to_read=True)
    held = ReactionFactory(status=ReactionStatus.PENDING)
    flagged = FlagFactory().reaction
    assert queued(client) == [flagged, held, first]


def test_the_first_reactions_of_an_account_are_read_but_not_held(client, moderator, settings):
    settings.REACTIONS_READ_FIRST = 2
    settings.REACTIONS_PACE = 10
    author, article = UserFactory(adherent=True), ArticleFactory(published=True)
    posted = [reacting.post_reaction(article, author, f"Le mot {n}") for n in range(3)]
    assert {reaction.status for reaction in posted} == {ReactionStatus.PUBLISHED}
    assert queued(client) == posted[:2]
    decide(client, posted[0], QUEUE, decision="keep", moderation_reason="Bienvenue")
    assert queued(client) == posted[1:2]


def test_a_card_has_the_words_their_context_and_what_was_signalled(client, moderator):
    parent = ReactionFactory(body="Zqcontexte")
    reaction = ReactionFactory(parent=parent, article=parent.article, body="Zqmots")
    Wording.objects.create(reaction=reaction, body="Zqavant")
    flag = FlagFactory(reaction=reaction, words="Zqprécision", by__display_name="Zqsignaleuse")
    page = client.get(QUEUE).content.decode()
    assert "Ce à quoi elle répond" not in client.get(change(parent)).content.decode()
    for words in ("Zqmots", "Zqcontexte", "Zqavant", "Zqprécision", reaction.article.title):
        assert words in page
    for words in ("Zqsignaleuse", flag.by.email):
        assert words not in page


def test_one_decision_settles_every_signal(client, moderator):
    reaction = FlagFactory().reaction
    FlagFactory(reaction=reaction)
    page = decide(client, reaction, QUEUE, decision="keep", moderation_reason="Un désaccord")
    assert page.url == QUEUE
    assert not Flag.objects.filter(decision=None).exists()
    assert queued(client) == []
    reaction.refresh_from_db()
    assert reaction.status == ReactionStatus.PUBLISHED
    FlagFactory(reaction=reaction)
    assert queued(client) == [reaction]


def test_the_officers_home_page_says_what_waits_to_who_moderates(client, moderator):
    FlagFactory(reaction__body="Zqsignalée")
    home = reverse("admin:index")
    page = client.get(home).content.decode()
    assert "Zqsignalée" in page
    assert QUEUE in page
    client.force_login(UserFactory(role="editor"))
    assert "Zqsignalée" not in client.get(home).content.decode()


def sent():
    before = len(mail.outbox)
    call_command("send_mail_queue")
    return mail.outbox[before:]


def test_the_author_is_told_that_there_is_a_decision_and_reads_it_after_signing_in(client):
    moderator, author = UserFactory(role="moderator"), UserFactory(adherent=True)
    reaction = ReactionFactory(author=author, body="Zqmots", article__title="Zqtitre")
    moderation.decide(reaction, moderator, Verdict.HIDE, "Zqmotif")
    (letter,) = sent()
    assert letter.to == [author.email]
    assert letter.subject == "Une décision concerne votre réaction"
    told = told_by(letter)
    assert not any(word in told for word in ("Zqmots", "Zqtitre", "Zqmotif"))
    assert "/espace/reactions/" in letter.body
    client.force_login(author)
    assert "Zqmotif" in client.get("/espace/reactions/").content.decode()


def test_who_refuses_all_mail_is_told_of_decisions_all_the_same():
    from members.models import MailPreferences, Topic

    author = UserFactory(adherent=True)
    MailPreferences.objects.create(user=author, **{topic.value: "never" for topic in Topic})
    reaction = ReactionFactory(author=author)
    moderation.decide(reaction, UserFactory(role="moderator"), Verdict.HIDE, "Insulte")
    assert len(sent()) == 1


def test_a_signal_that_changes_nothing_is_not_told():
    reaction = FlagFactory().reaction
    moderation.decide(reaction, UserFactory(role="moderator"), Verdict.KEEP, "Un désaccord")
    assert sent() == []
