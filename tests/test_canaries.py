"""A word of its own stands in each reserved field: who finds it, by every way out of the site?

The walk follows every link and tries every address that could be guessed, one role after the
other, over one cache: what a reader may not know is nowhere, and what they may know is somewhere.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from articles import illustrations
from articles.models import Appeal, LegacyUrl, ReactionStatus, Status, Wording
from tests.access import MANAGERS, READERS, ROLES, WRITERS, World, make_user
from tests.factories import (
    AccessRequestFactory,
    AgendaItemFactory,
    ArticleFactory,
    AttachmentFactory,
    CommitmentFactory,
    DecisionFactory,
    DemandFactory,
    DemandStepFactory,
    DocumentFactory,
    FlagFactory,
    InvitationFactory,
    LegacyUrlFactory,
    MeetingFactory,
    MembershipFactory,
    PictureFactory,
    ReactionFactory,
    SpipImportLineFactory,
    UserFactory,
)
from tests.test_access import TABLE

pytestmark = pytest.mark.django_db

MODERATORS = ["moderator", "secretary", "superuser"]
# An editor who is not an adherent reads what is reserved, but not what adherents tell each other.
COMPANIONS = ["adherent", *MODERATORS]

# The fields whose words the search looks in. The others are addresses and names of files, people,
# reactions, and what is not published: nobody finds them there.
SEARCHED = frozenset(
    ("reunion", "lieu", "delegation", "point", "presente", "echanges", "suite", "document")
    + ("documentreserve", "revendication", "revendicationtexte", "theme", "reponse", "citation")
    + ("engagement", "promis", "surtitre", "titre", "chapo", "corps", "piece", "piecereservee")
    + ("coupure", "note", "legende", "credit", "motcle")
)


@dataclass
class Canaries:
    """Words and the roles that may find them; `word` makes one that stands nowhere else."""

    readers: dict[str, set[str]] = field(default_factory=dict)

    def word(self, about: str, readers: list[str]) -> str:
        """Return a word for this field: letters alone, so that it may stand in an address."""
        word = f"zq{about}qz"
        assert word not in self.readers
        self.readers[word] = set(readers)
        return word

    def found_in(self, text: str) -> set[str]:
        text = text.lower()
        return {word for word in self.readers if word in text}

    def expected_by(self, role: str) -> set[str]:
        return {word for word, readers in self.readers.items() if role in readers}


class CanaryWorld(World):
    """The world of the access table, with reserved things that hold their canaries."""

    def __init__(self) -> None:
        super().__init__()
        self.canaries = Canaries()
        word = self.canaries.word
        self.reserved_meeting = MeetingFactory(
            held=True,
            members_only=True,
            title=word("reunion", READERS),
            slug=word("reunionadresse", READERS),
            place=word("lieu", READERS),
            delegation=word("delegation", READERS),
        )
        item = AgendaItemFactory(
            meeting=self.reserved_meeting,
            title=word("point", READERS),
            presented=word("presente", READERS),
            discussion=word("echanges", READERS),
            outcome=word("suite", READERS),
        )
        self.document_of_reserved_meeting = DocumentFactory(
            meeting=self.reserved_meeting,
            title=word("document", READERS),
            file__filename=f"{word('fichier', READERS)}.pdf",
        )
        self.reserved_document = DocumentFactory(
            meeting=self.meeting, members_only=True, title=word("documentreserve", READERS)
        )
        self.reserved_demand = DemandFactory(
            members_only=True,
            title=word("revendication", READERS),
            text=word("revendicationtexte", READERS),
            theme=word("theme", READERS),
        )
        DemandStepFactory(
            demand=self.demand,
            meeting=self.reserved_meeting,
            agenda_item=item,
            state="refused",
            answer=word("reponse", READERS),
            quote=word("citation", READERS),
        )
        CommitmentFactory(
            agenda_item=item,
            wording=word("engagement", READERS),
            made_by=word("promis", READERS),
        )
        self._add_articles()
        self._add_people()
        self._add_old_site()

    def _add_articles(self) -> None:
        word = self.canaries.word
        self.reserved = ArticleFactory(
            published=True,
            members_only=True,
            kicker=word("surtitre", READERS),
            title=word("titre", READERS),
            slug=word("adresse", READERS),
            lead=word("chapo", READERS),
            body=(
                f"<p>{word('corps', READERS)}"
                f'<span class="footnote">{word("note", READERS)}</span></p>'
                + illustrations.figure(
                    PictureFactory(
                        article=None,
                        alt=word("image", READERS),
                        caption=word("legende", READERS),
                        credit=word("credit", READERS),
                        file__filename=f"{word('imagefichier', [])}.jpg",
                    )
                )
            ),
            keywords=word("motcle", READERS),
            meeting=self.reserved_meeting,
        )
        AttachmentFactory(
            article=self.reserved,
            title=word("piece", READERS),
            file__filename=f"{word('piecefichier', READERS)}.pdf",
        )
        self.reserved_attachment = AttachmentFactory(
            article=self.public, members_only=True, title=word("piecereservee", READERS)
        )
        # A public report may be about a reserved meeting, and cite what is reserved.
        self.teaser = ArticleFactory(
            published=True,
            teaser=True,
            meeting=self.reserved_meeting,
            body=(
                f'<p>Le début.</p><p><data value="{self.reserved_demand.reference}">x</data></p>'
                f'<hr class="cut"><p>{word("coupure", READERS)}</p>'
            ),
        )
        self.draft = ArticleFactory(
            title=word("brouillon", WRITERS),
            slug=word("brouillonadresse", WRITERS),
            body=f"<p>{word('brouilloncorps', WRITERS)}</p>",
        )
        ArticleFactory(published=True, status=Status.ARCHIVED, title=word("archive", WRITERS))

    def _add_people(self) -> None:
        word = self.canaries.word
        author = UserFactory(
            email=f"{word('auteuradresse', MANAGERS)}@exemple.test",
            display_name=word("auteur", [*COMPANIONS, "membership_manager"]),
        )
        MembershipFactory(
            user=author,
            number=word("numero", MANAGERS),
            first_name=word("prenom", MANAGERS),
            last_name=word("nom", MANAGERS),
            email=f"{word('adhesion', MANAGERS)}@exemple.test",
        )
        InvitationFactory(membership__email=f"{word('invitee', MANAGERS)}@exemple.test")
        AccessRequestFactory(
            first_name=word("demandeprenom", MANAGERS),
            last_name=word("demandenom", MANAGERS),
            email=f"{word('demandeadresse', MANAGERS)}@exemple.test",
            number=word("demandenumero", MANAGERS),
            message=word("demandemessage", MANAGERS),
        )
        on = {"article": self.public, "author": author}
        told = ReactionFactory(body=word("reaction", COMPANIONS), **on)
        Wording.objects.create(reaction=told, body=word("avant", COMPANIONS))
        # Who signals is named to nobody, moderators included: only their account is in a list.
        FlagFactory(
            reaction=told,
            words=word("signalement", MODERATORS),
            by__display_name=word("signaleur", MANAGERS),
        )
        hidden = ReactionFactory(
            body=word("cachee", MODERATORS), status=ReactionStatus.HIDDEN, **on
        )
        Wording.objects.create(reaction=hidden, body=word("avantcachee", MODERATORS))
        decision = DecisionFactory(reaction=hidden, reason=word("motif", MODERATORS))
        Appeal.objects.create(decision=decision, words=word("recours", MODERATORS))
        ReactionFactory(body=word("attente", MODERATORS), status=ReactionStatus.PENDING, **on)

    def _add_old_site(self) -> None:
        """What came from the old site; whoever knows its addresses asks for all of them."""
        word = self.canaries.word
        for path, name in (("spip.php?article12", "reserved"), ("spip.php?article13", "draft")):
            LegacyUrlFactory(path=path, article=getattr(self, name))
        LegacyUrlFactory(path="IMG/pdf/piece.pdf", attachment=self.reserved_attachment)
        self.public.byline = word("signature", WRITERS)
        self.public.save()
        ReactionFactory(article=self.public, author=None, former_name=word("anciennom", COMPANIONS))
        SpipImportLineFactory(made_in=self.spip_import, subject=word("rapport", WRITERS))
        self.proposal.title = word("proposee", WRITERS)
        self.proposal.save()


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in ("href", "src") and value]


def addresses(world: World) -> Iterator[str]:
    """Every address that somebody could know or guess, but that which signs out."""
    for route in TABLE:
        if not (route.name.endswith("logout") or route.about in {"secret", "given to read"}):
            yield reverse(route.name, args=route.args(world))
    yield from LegacyUrl.objects.order_by("pk").values_list("path", flat=True)


def text_of(response: Any, asked: str) -> str:
    """All that an answer tells: its headers, its words, those of a PDF; not the address asked."""
    content = response.getvalue()
    headers = unquote(str(response.headers))
    if content.startswith(b"%PDF"):
        try:
            pages = PdfReader(io.BytesIO(content)).pages
            text = "".join(page.extract_text() for page in pages)
        except Exception:  # noqa: BLE001  the small files that tests attach are hardly PDFs
            text = content.decode("latin-1")
        text = re.sub(r"[-‐\u00ad\s]", "", text)
    else:
        text = content.decode("utf-8", "replace")
    told = f"{headers} {text} {unquote(text)}"
    for echo in {asked, unquote(asked)}:
        told = told.replace(echo, "")
    return told


def leads_on(target: str, path: str) -> bool:
    """Whether to follow a link: not out of the site, nor to sign in and come back here.

    The admin's lists sort and filter in too many ways to try them all.
    """
    ours = target.startswith("/") and not target.startswith(("/static/", "//"))
    comes_back = f"next={path}" in unquote(target)
    return ours and not comes_back and not (target.startswith("/admin/") and "?" in target)


def walk(client: Client, world: CanaryWorld) -> dict[str, str]:
    """Return the canaries found, each with an address where it was."""
    waiting = list(addresses(world))
    seen = set(waiting)
    found: dict[str, str] = {}
    while waiting:
        path = waiting.pop()
        response = client.get(path)
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        links = Links()
        if is_page:
            links.feed(response.content.decode())
        if location := response.headers.get("Location"):
            links.found.append(location)
        for canary in world.canaries.found_in(text_of(response, path)):
            found.setdefault(canary, path)
        for link in links.found:
            target = urldefrag(urljoin(path, link)).url
            if leads_on(target, path) and "logout" not in target and target not in seen:
                seen.add(target)
                waiting.append(target)
    return found


def test_each_role_finds_what_it_may_and_nothing_else():
    world = CanaryWorld()
    # The visitor comes last: what was shown to others must not have been kept for them.
    for role in reversed(ROLES):
        client = Client()
        if user := make_user(role):
            client.force_login(user)
        found = walk(client, world)
        expected = world.canaries.expected_by(role)
        leaks = {word: path for word, path in found.items() if word not in expected}
        assert leaks == {}, role
        assert set(found) == expected, role


def searched(client: Client, word: str) -> tuple[list[str], str]:
    """Where the answers to a word lead, and the page without what differs each time."""
    page = client.get(reverse("search"), {"q": word}).content.decode()
    token = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
    answers = re.findall(r'<h3><a href="([^"]+)">', page)
    return answers, token.sub("", page).replace(word, "")


def test_each_role_searches_what_it_may_and_learns_of_nothing_else():
    world = CanaryWorld()
    for role in reversed(ROLES):
        client = Client()
        if user := make_user(role):
            client.force_login(user)
        no_answers, unknown = searched(client, "zqinconnuqz")
        assert no_answers == []
        for word, readers in world.canaries.readers.items():
            answers, page = searched(client, word)
            may_find = role in readers and word[2:-2] in SEARCHED
            assert bool(answers) is may_find, (role, word)
            # Not a count, a kind, a year, a suggestion: as a word that stands nowhere.
            assert may_find or page == unknown, (role, word)


def test_every_searched_field_has_its_canary():
    assert {f"zq{about}qz" for about in SEARCHED} <= CanaryWorld().canaries.readers.keys()
