"""Who uses the site: a browser's part of HTTP, with cookies, forms and their tokens."""

import contextlib
import random
import re
import uuid
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPConnection, HTTPException, HTTPMessage
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from faults.filling import ARTICLE, PASSWORD

PATIENCE = 70
REPORT = f"/articles/{ARTICLE}/"
REACTIONS = f"{REPORT}reactions/"
# What no page may show of what went wrong.
DETAILS = re.compile(
    r"Traceback|OperationalError|psycopg|sqlite|redis|Errno|File &quot;|\.py\b|SELECT |settings",
    re.IGNORECASE,
)


class NoAnswer(Exception):
    """The connection was refused, cut, or silent for too long: a proxy says 502 or 504 then."""


@dataclass(frozen=True)
class Answer:
    """`status`, `headers` and `text` of an answer; a redirection is not followed."""

    status: int
    headers: HTTPMessage
    text: str

    @property
    def is_calm(self) -> bool:
        """Whether it is a page in French with nothing of the inside."""
        return 'lang="fr"' in self.text and "<h1" in self.text and not DETAILS.search(self.text)


@dataclass
class Person:
    """Somebody with a browser, at an address of their own on the network."""

    address: str
    cookies: dict[str, str] = field(default_factory=dict)
    place: str = field(default_factory=lambda: f"2001:db8:{random.randbytes(2).hex()}::1")

    def get(self, path: str, patience: float = PATIENCE) -> Answer:
        return self._ask("GET", path, None, {}, patience)

    def post(self, path: str, fields: dict[str, str], patience: float = PATIENCE) -> Answer:
        """Send a form. Raises NoAnswer."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, urlencode(fields).encode(), kind, patience)

    def upload(
        self, path: str, fields: dict[str, str], files: dict[str, tuple[str, bytes]]
    ) -> Answer:
        """Send a form with files, each a name and a content. Raises NoAnswer."""
        boundary = uuid.uuid4().hex
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        ]
        body = "".join(parts).encode()
        for name, (filename, content) in files.items():
            head = f'form-data; name="{name}"; filename="{filename}"'
            kind = "Content-Type: application/octet-stream"
            body += f"--{boundary}\r\nContent-Disposition: {head}\r\n{kind}\r\n\r\n".encode()
            body += content + b"\r\n"
        body += f"--{boundary}--\r\n".encode()
        kind = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        return self._ask("POST", path, body, kind, PATIENCE)

    def sign_in(self, email: str, password: str = PASSWORD) -> Answer:
        """Sign in by the page that everybody uses. Raises NoAnswer."""
        form = fields_of(self.get("/compte/login/").text, "login")
        return self.post("/compte/login/", form | {"login": email, "password": password})

    def react(self, token: str, words: str) -> Answer:
        """Post a reaction to the report. Raises NoAnswer."""
        return self.post(REACTIONS, {"csrfmiddlewaretoken": token, "body": words, "parent": ""})

    def _ask(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str], patience: float
    ) -> Answer:
        host = urlsplit(self.address).netloc
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        known = {"Cookie": cookies, "X-Forwarded-For": self.place}
        origin = {"Origin": self.address} if method == "POST" else {}
        caller = HTTPConnection(host, timeout=patience)
        try:
            caller.request(method, path, body, known | origin | headers)
            answer = caller.getresponse()
            text = answer.read().decode(errors="replace")
        except (OSError, HTTPException) as error:
            raise NoAnswer(type(error).__name__) from error
        finally:
            caller.close()
        for line in answer.headers.get_all("Set-Cookie", []):
            for name, cookie in SimpleCookie(line).items():
                self.cookies[name] = cookie.value
        return Answer(answer.status, answer.headers, text)


class _Forms(HTMLParser):
    """The forms of a page, each with what a browser would send of it."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "form":
            self.forms.append({})
        if not self.forms:
            return
        form = self.forms[-1]
        if tag == "input" and name and given.get("type") not in {"submit", "file", "image"}:
            if given.get("type") not in {"checkbox", "radio"} or "checked" in given:
                form[name] = value
        elif tag == "textarea":
            self._area = name
            form[name] = ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in given or self._select not in form):
            form[self._select] = value

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._area and self.forms:
            self.forms[-1][self._area] += data


def fields_of(page: str, name: str = "csrfmiddlewaretoken") -> dict[str, str]:
    """What a browser would send of the form that has a field of this name."""
    reader = _Forms()
    reader.feed(page)
    for form in reader.forms:
        if name in form:
            # A line break that opens a text area belongs to the markup.
            return {each: value.removeprefix("\n") for each, value in form.items()}
    raise NoAnswer(f"no form with {name}")


def signed_in(address: str, email: str) -> Person:
    """Return somebody who has just signed in. Raises RuntimeError."""
    person = Person(address)
    answer = person.sign_in(email)
    if answer.status != 302:
        raise RuntimeError(f"{email} cannot sign in: {answer.status}")
    return person


def token_of(person: Person) -> str:
    """The token of the reaction's form, asked until the page comes."""
    while True:
        with contextlib.suppress(NoAnswer):
            answer = person.get(REPORT)
            if answer.status == 200:
                return fields_of(answer.text, "body")["csrfmiddlewaretoken"]
