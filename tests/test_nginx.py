"""`deploy/nginx.conf`, run by nginx itself in front of gunicorn, as on a server.

Only its ports, its certificate and its folders are changed.
"""

import contextlib
import datetime
import gzip
import http.client
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings

from tests import programs

HOST = "section.example.org"
ROOT = Path(settings.BASE_DIR)
START_SECONDS = 120

# In front of the application, for what a visitor cannot see: the headers that reach it.
WSGI = """
from cgtdouanes.wsgi import application as site

def application(environ, start_response):
    if environ["PATH_INFO"] == "/echo":
        names = [n for n in environ if "FORWARDED" in n or n in ("HTTP_HOST", "SCRIPT_NAME")]
        said = "".join(f"{n}={environ[n]}\\n" for n in sorted(names))
        said += f"scheme={environ['wsgi.url_scheme']}\\n"
        said += f"read={len(environ['wsgi.input'].read())}\\n"
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [said.encode()]
    return site(environ, start_response)
"""


class Site:
    """What a visitor reaches: nginx on a port of this machine, under the site's own name."""

    def __init__(self, plain: int, secure: int, folder: Path) -> None:
        self.plain = plain
        self.secure = secure
        self.log = folder / "section.log"

    def ask(self, path, method="GET", body=None, *, secure=True, **headers):
        """Return the status, the headers and the body of the answer."""
        if secure:
            trusting = ssl._create_unverified_context()  # noqa: S323  made a minute ago, by us
            caller = http.client.HTTPSConnection(
                "127.0.0.1", self.secure, timeout=30, context=trusting
            )
        else:
            caller = http.client.HTTPConnection("127.0.0.1", self.plain, timeout=30)
        headers = {"Host": HOST} | {name.replace("_", "-"): v for name, v in headers.items()}
        try:
            caller.request(method, path, body, headers)
            answer = caller.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            caller.close()

    def logged(self, path):
        """The lines of the log once this path is in it."""
        deadline = time.monotonic() + 10
        while path not in (lines := self.log.read_text()) and time.monotonic() < deadline:
            time.sleep(0.05)
        return lines


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("server")
    plain, secure, application = free_ports(3)
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{folder}:{ROOT}",
        "SITE_URL": f"https://{HOST}",
        "SECRET_KEY": "x" * 25 + "nginx before gunicorn, on one machine",
        "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
        "CACHE_URL": f"filecache://{folder}/cache",
        "MEDIA_ROOT": f"{folder}/media",
        "STATIC_ROOT": f"{folder}/static",
        "PORT": str(application),
        "WEB_CONCURRENCY": "1",
    }
    (folder / "in_front.py").write_text(WSGI)
    for command in (["migrate", "--verbosity", "0"], ["collectstatic", "--noinput", "-v", "0"]):
        subprocess.run(
            [sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True
        )
    served = [
        sys.executable,
        "-m",
        "gunicorn",
        "--config",
        "gunicorn.conf.py",
        "in_front:application",
    ]
    with (
        running(served, cwd=ROOT, env=environment),
        proxy(folder, plain, secure, application) as found,
    ):
        wait_for(found, 200)
        yield found


@contextlib.contextmanager
def running(command, **options):
    process = subprocess.Popen(command, **options)
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


@contextlib.contextmanager
def proxy(folder, plain, secure, application):
    nginx = programs.nginx()
    if not nginx:
        (pytest.fail if programs.in_ci() else pytest.skip)("nginx is not installed")
    certificate(folder)
    configuration(folder, plain, secure, application)
    with running([nginx, "-p", str(folder), "-c", str(folder / "nginx.conf")]):
        yield Site(plain, secure, folder)


def free_ports(number):
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [each.getsockname()[1] for each in held]
    for each in held:
        each.close()
    return ports


def certificate(folder):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "fullchain.pem").write_bytes(made.public_bytes(pem))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def configuration(folder, plain, secure, application):
    ours = (ROOT / "deploy" / "nginx.conf").read_text()
    ours = re.sub(r"\n *listen \[::\].*", "", ours)
    for before, after in (
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl", f"listen 127.0.0.1:{secure} ssl"),
        ("server 127.0.0.1:8000;", f"server 127.0.0.1:{application};"),
        (f"/etc/letsencrypt/live/{HOST}", str(folder)),
        ("/var/log/nginx", str(folder)),
        ("/srv/section/deploy", str(ROOT / "deploy")),
    ):
        assert before in ours
        ours = ours.replace(before, after)
    kept = "".join(
        f"{kind}_temp_path {folder}/{kind}; "
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    # Its workers are another account's otherwise, which may not enter this folder.
    account = "user root root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"{account} daemon off; pid {folder}/pid; error_log {folder}/error.log;\n"
        f"events {{}}\nhttp {{ {kept}\n{ours}\n}}\n"
    )


def wait_for(site, status):
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            if site.ask("/healthz")[0] == status:
                return
        except OSError:
            pass
        assert time.monotonic() < deadline, "nginx and gunicorn did not start"
        time.sleep(0.2)


def test_everybody_is_led_to_https(site):
    status, headers, _ = site.ask("/articles/?page=2", secure=False)
    assert (status, headers["Location"]) == (301, f"https://{HOST}/articles/?page=2")


def test_pages_come_with_the_headers_of_the_site_once_each(site):
    status, headers, body = site.ask("/")
    assert status == 200
    assert b"</html>" in body
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    for name in (
        *("Content-Security-Policy", "Strict-Transport-Security", "X-Content-Type-Options"),
        *("Referrer-Policy", "X-Frame-Options", "Permissions-Policy"),
    ):
        assert len(headers.get_all(name)) == 1, name
    assert headers["Server"] == "nginx"


def test_what_a_visitor_claims_of_where_they_come_from_is_dropped(site):
    _, _, said = site.ask(
        "/echo",
        X_Forwarded_For="203.0.113.7, 198.51.100.9",
        X_Forwarded_Proto="http",
        X_Forwarded_Protocol="http",
        X_Forwarded_Ssl="off",
        X_Forwarded_Host="evil.example",
        Forwarded="for=203.0.113.7",
        **{"SCRIPT": "x"},
    )
    assert said.decode().splitlines() == [
        f"HTTP_HOST={HOST}",
        "HTTP_X_FORWARDED_FOR=127.0.0.1",
        "HTTP_X_FORWARDED_PROTO=https",
        "SCRIPT_NAME=",
        "scheme=https",
        "read=0",
    ]


def test_another_host_is_not_served(site):
    status, _, body = site.ask("/", Host="evil.example")
    assert status == 400
    assert b"evil.example" not in body


@pytest.mark.parametrize(("encoding", "undone"), [("gzip", gzip.decompress), ("br", None)])
def test_compressed_pages_and_files_pass_as_they_are(site, encoding, undone):
    import brotli  # noqa: PLC0415

    undone = undone or brotli.decompress
    _, plain, page = site.ask("/articles/")
    style = re.search(r'/static/css/[^"]+\.css', page.decode())[0]
    for path in ("/articles/", style):
        status, headers, body = site.ask(path, Accept_Encoding=encoding)
        assert status == 200
        assert headers["Content-Encoding"] == encoding
        assert "Accept-Encoding" in headers["Vary"]
        assert undone(body) == site.ask(path)[2]
    assert "immutable" in site.ask(style)[1]["Cache-Control"]


def test_a_page_that_is_known_is_not_sent_again(site):
    _, headers, _ = site.ask("/articles/")
    assert headers["ETag"].startswith('"')
    status, _, body = site.ask("/articles/", If_None_Match=headers["ETag"])
    assert (status, body) == (304, b"")


def test_nothing_is_kept_of_what_is_for_one_person(site):
    for path, cookie in (("/compte/login/", ""), ("/", "__Host-session=abc"), ("/x.css", "a=b")):
        _, headers, _ = site.ask(path, Cookie=cookie)
        assert "Age" not in headers
        assert "X-Cache" not in headers
        if "session" in cookie or "login" in path:
            assert headers["Cache-Control"] == "private, no-store"


def test_a_large_file_passes_and_an_enormous_one_does_not(site):
    allowed = 45 * 1024 * 1024
    assert f"read={allowed}" in site.ask("/echo", "POST", b"x" * allowed)[2].decode()
    status, _, body = site.ask("/echo", "POST", b"", Content_Length=str(80 * 1024 * 1024))
    assert status == 413
    assert "20\N{NO-BREAK SPACE}Mo au plus" in body.decode()


def test_the_log_tells_of_nobody(site):
    site.ask(
        "/recherche/?q=camille@exemple.test",
        Referer=f"https://{HOST}/articles/reserve/",
        User_Agent="Camille",
        Cookie="__Host-session=secret",
    )
    for path in (
        *("/reunions/calendrier/jeton1.ics", "/invitation/jeton2/", "/brouillon/jeton3/"),
        *("/compte/password/reset/key/1-jeton4/", "/articles/flux/jeton5.atom"),
        *("/courrier/arret/jeton6/", "/compte/confirm-email/jeton7/", "/invitation/%6Aeton8/"),
    ):
        site.ask(path)
    site.ask("/derniere")
    lines = site.logged("/derniere")
    assert '"/recherche/"' in lines
    assert '"/invitation/[secret]"' in lines
    for word in ("camille", "Camille", "jeton", "reserve", "secret=", "127.0.0.1", "session"):
        assert word not in lines, word


def test_while_the_site_is_restarted_a_page_in_french_says_to_come_back(tmp_path):
    with proxy(tmp_path, *free_ports(3)) as site:
        wait_for(site, 502)
        _, headers, body = site.ask("/articles/")
    assert "Le site revient dans un instant" in body.decode()
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert headers["Cache-Control"] == "no-store"
